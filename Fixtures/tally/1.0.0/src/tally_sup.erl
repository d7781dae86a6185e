-module(tally_sup).
-behaviour(supervisor).

-export([start_link/0, init/1]).

start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

%% Evaluated again by every `{update, tally_sup, supervisor}`: it must not have effects.
%%
%% Later children need earlier ones (the acceptor needs the listening socket), hence `rest_for_one`.
init([]) ->
    Flags = #{strategy => rest_for_one, intensity => 5, period => 10},
    {ok, {Flags, [
        worker(tally_counter),
        worker(tally_rate),
        #{
            id => tally_connection_sup,
            start => {tally_connection_sup, start_link, []},
            type => supervisor,
            shutdown => infinity,
            modules => [tally_connection_sup]
        },
        worker(tally_listener),
        worker(tally_acceptor)
    ]}}.

worker(Module) ->
    #{id => Module, start => {Module, start_link, []}, shutdown => 5000, modules => [Module]}.
