%% What the driver of the live hops loads into the node that is upgraded: looks at it from inside, and gives the
%% applications something to do. It is no part of any release.
-module(histories_guest).
-export([processes/1, modules/1, run/1, worker/0, init_worker/0, connection/2, start_link/3, start_link/4, loop/2]).

%% The processes of an application, but for the two of its application master.
processes(Application) ->
    processes_of(application_controller:get_master(Application)).

processes_of(Master) when is_pid(Master) ->
    {links, Links} = erlang:process_info(Master, links),
    lists:sort([Pid || Pid <- erlang:processes(), {group_leader, Master} =:= erlang:process_info(Pid, group_leader),
                       Pid =/= Master, not lists:member(Pid, Links)]);
processes_of(_) ->
    [].

%% The digest of every module of the application, as it runs now.
modules(Application) ->
    {ok, Modules} = application:get_key(Application, modules),
    lists:sort([{Module, erlang:get_module_info(Module, md5)}
                || Module <- Modules, {module, _} <- [code:ensure_loaded(Module)]]).

%% Evaluates a call in a process that outlives the caller and owns what the call makes.
run({Module, Function, Arguments}) ->
    Caller = self(),
    {Pid, Monitor} = spawn_monitor(fun() ->
        group_leader(whereis(init), self()),
        Caller ! {self(), apply(Module, Function, Arguments)},
        receive stop -> ok end
    end),
    receive
        {Pid, Result} -> erlang:demonitor(Monitor, [flush]), Result;
        {'DOWN', Monitor, process, _, Reason} -> {failed, Reason}
    end.

%% A worker for pools.
worker() -> proc_lib:start_link(?MODULE, init_worker, []).

init_worker() ->
    proc_lib:init_ack({ok, self()}),
    receive stop -> ok end.

%% A connection of esockd, which sends back what it gets.
connection(Transport, Socket) ->
    {ok, spawn_link(fun() -> {ok, Ready} = Transport:wait(Socket), loop(Transport, Ready) end)}.

%% A connection of ranch 2, and of ranch 1.
start_link(Reference, Transport, _Options) ->
    {ok, spawn_link(fun() -> {ok, Socket} = ranch:handshake(Reference), loop(Transport, Socket) end)}.
start_link(Reference, Socket, Transport, _Options) ->
    {ok, spawn_link(fun() -> ok = ranch:accept_ack(Reference), loop(Transport, Socket) end)}.

%% Works with a socket of its own (gen_tcp) in every round, so that no code of the application stays on the stack.
loop(Transport, Socket) ->
    case inet:setopts(Socket, [{active, once}]) of
        ok ->
            receive
                {tcp, Socket, Bytes} -> ok = Transport:send(Socket, Bytes), ?MODULE:loop(Transport, Socket);
                {tcp_closed, Socket} -> ok;
                {tcp_error, Socket, _} -> ok
            end;
        {error, _} -> ok
    end.
