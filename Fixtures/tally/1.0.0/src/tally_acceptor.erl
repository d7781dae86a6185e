%% Accepts connections and hands each to a process of its own.
%%
%% A special process (sys(3)): release_handler can suspend it and change its code. Two things make that work. It is
%% never longer than ?PATIENCE in gen_tcp:accept/2, so it answers a suspend in time; and it enters its loop by a fully
%% qualified call, so that it runs new code soon after a load and no later purge finds it in old code.
-module(tally_acceptor).

-export([start_link/0, init/1, loop/1]).
-export([system_continue/3, system_terminate/4, system_code_change/4, system_get_state/1]).

-record(state, {
    parent :: pid(),
    socket :: gen_tcp:socket()
}).

%% Milliseconds: what a suspend waits at the most.
-define(PATIENCE, 20).

start_link() ->
    proc_lib:start_link(?MODULE, init, [self()]).

init(Parent) ->
    true = register(?MODULE, self()),
    Socket = tally_listener:socket(),
    proc_lib:init_ack(Parent, {ok, self()}),
    loop(#state{parent = Parent, socket = Socket}).

loop(State = #state{parent = Parent, socket = Socket}) ->
    receive
        {system, From, Request} ->
            sys:handle_system_msg(Request, From, Parent, ?MODULE, [], State);
        _Other ->
            ?MODULE:loop(State)
    after 0 ->
        case gen_tcp:accept(Socket, ?PATIENCE) of
            {ok, Connection} -> hand_over(Connection);
            {error, timeout} -> ok;
            %% No file descriptor left: the client is served when there is one again. Or the listening socket was
            %% closed: then the supervisor is about to replace this process.
            {error, _Reason} -> timer:sleep(?PATIENCE)
        end,
        ?MODULE:loop(State)
    end.

hand_over(Socket) ->
    case tally_connection_sup:start_connection(Socket) of
        {ok, Connection} ->
            case gen_tcp:controlling_process(Socket, Connection) of
                ok -> tally_connection:serve(Connection);
                {error, _Reason} -> exit(Connection, kill)
            end;
        _Other ->
            gen_tcp:close(Socket)
    end.

system_continue(_Parent, _Debug, State) ->
    ?MODULE:loop(State).

system_terminate(Reason, _Parent, _Debug, _State) ->
    exit(Reason).

system_code_change(State, _Module, _OldVersion, _Extra) ->
    {ok, State}.

system_get_state(State) ->
    {ok, State}.
