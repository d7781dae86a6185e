-module(tally_sup).
-behaviour(supervisor).

-export([start_link/0, ensure_history/0, init/1]).

start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

%% Starts the child that 1.1.0 added, if it does not run.
%%
%% After an upgrade its specification is there but no process: the supervisor's code change starts nobody. Its
%% specification is gone when the process has ended, because it is temporary.
-spec ensure_history() -> ok | {error, term()}.
ensure_history() ->
    case supervisor:restart_child(?MODULE, tally_history) of
        {ok, _Pid} -> ok;
        {error, running} -> ok;
        {error, restarting} -> ok;
        {error, not_found} ->
            case supervisor:start_child(?MODULE, history()) of
                {ok, _Pid} -> ok;
                {error, {already_started, _Pid}} -> ok;
                {error, Reason} -> {error, Reason}
            end;
        {error, Reason} -> {error, Reason}
    end.

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
        worker(tally_acceptor),
        history()
    ]}}.

worker(Module) ->
    #{id => Module, start => {Module, start_link, []}, shutdown => 5000, modules => [Module]}.

%% Temporary, because a downgrade to 1.0.0 ends it: tally_counter does, before its code changes, and the supervisor then
%% forgets the specification too. A permanent child would be restarted, in a module that is about to be deleted.
%% What keeps it running is tally_counter, which looks after it.
history() ->
    (worker(tally_history))#{restart => temporary}.
