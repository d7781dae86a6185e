%% One child per client connection.
-module(tally_connection_sup).
-behaviour(supervisor).

-export([start_link/0, start_connection/1, init/1]).

start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

-spec start_connection(gen_tcp:socket()) -> supervisor:startchild_ret().
start_connection(Socket) ->
    supervisor:start_child(?MODULE, [Socket]).

init([]) ->
    {ok, {#{strategy => simple_one_for_one}, [
        #{
            id => tally_connection,
            start => {tally_connection, start_link, []},
            %% A client that was cut off connects again by itself.
            restart => temporary,
            shutdown => 2000,
            modules => [tally_connection]
        }
    ]}}.
