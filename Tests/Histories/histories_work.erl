%% What the applications of the live hops do while they are upgraded. `start(Name, Node)` gives them work, `check` says
%% whether it goes on, `stop` ends it and says how much was done.
-module(histories_work).
-export([environment/1, start/2, check/2, stop/1]).

%% The configuration that the application needs.
environment(dandelion) -> [{dandelion, [{port, 17981}, {acceptors, 3}]}];
environment(_) -> [].

start(ranch, Node) ->
    {ok, _} = start_ranch(Node),
    Port = rpc:call(Node, ranch, get_port, [history]),
    #{node => Node, clients => histories_traffic:start(Port, 20)};
start(esockd, Node) ->
    {ok, _} = guest(Node, esockd, open, [history, 17982,
        [{acceptors, 4}, {max_connections, 1000}, {tcp_options, [binary, {reuseaddr, true}]}],
        {histories_guest, connection, []}]),
    #{node => Node, clients => histories_traffic:start(17982, 20)};
start(dandelion, Node) ->
    % Its connections are permanent children: every client that goes counts as a failure.
    #{node => Node, clients => histories_traffic:start(17981, 20, [])};
start(pooler, Node) ->
    {ok, _} = rpc:call(Node, pooler, new_pool, [[{name, history}, {max_count, 10}, {init_count, 5},
        {start_mfa, {histories_guest, worker, []}}]]),
    Taken = [Pid || _ <- [1, 2, 3], Pid <- [guest(Node, pooler, take_member, [history])], is_pid(Pid)],
    3 = length(Taken),
    #{node => Node, taken => Taken};
start(emqtt, Node) ->
    Clients = [begin
        {ok, Client} = guest(Node, emqtt, start_link, [[{host, "127.0.0.1"}, {port, broker()}, {proto_ver, v4},
            {clientid, <<"history">>}, {keepalive, 60}]]),
        {ok, _} = rpc:call(Node, emqtt, connect, [Client]),
        Client
    end || _ <- lists:seq(1, 5)],
    #{node => Node, taken => Clients};
start(_, Node) ->
    #{node => Node}.

%% ok, or what is wrong. Called after the start, after the upgrade and after the way back.
check(pooler, #{node := Node, taken := Taken}) ->
    % What was taken before is still out, comes back, and can be taken again.
    case rpc:call(Node, pooler, take_member, [history]) of
        Pid when is_pid(Pid) ->
            ok = rpc:call(Node, pooler, return_member, [history, Pid, ok]),
            Status = rpc:call(Node, pooler, pool_utilization, [history]),
            {Status, lists:all(fun(P) -> rpc:call(Node, erlang, is_process_alive, [P]) end, Taken)};
        Other -> {failed, Other}
    end;
check(emqtt, #{node := Node, taken := Clients}) ->
    % The same processes, still connected, and the broker answers them.
    {[rpc:call(Node, emqtt, ping, [Client]) || Client <- Clients],
     [rpc:call(Node, emqtt, publish, [Client, <<"a/b">>, <<"c">>, 0]) || Client <- Clients]};
check(relapp, #{node := Node}) ->
    {answer, rpc:call(Node, relapp_srv, test, [1])};
check(_, #{clients := Clients}) ->
    {clients, length([P || P <- Clients, is_process_alive(P)])};
check(_, _) ->
    ok.

stop(#{clients := Clients}) -> histories_traffic:stop(Clients);
stop(_) -> none.

guest(Node, Module, Function, Arguments) ->
    rpc:call(Node, histories_guest, run, [{Module, Function, Arguments}]).

%% ranch 2 takes a map, and ranch 1 before 1.6 the number of acceptors apart.
start_ranch(Node) ->
    {ok, Version} = rpc:call(Node, application, get_key, [ranch, vsn]),
    Socket = [{ip, {127, 0, 0, 1}}, {port, 0}],
    Arguments = case Version of
        "2" ++ _ -> [history, ranch_tcp, #{num_acceptors => 5, socket_opts => Socket}, histories_guest, []];
        _ -> [history, 5, ranch_tcp, Socket, histories_guest, []]
    end,
    guest(Node, ranch, start_listener, Arguments).

%% A broker of MQTT for one client: says yes to CONNECT, PONG to PING, and nothing to the rest. Its port.
broker() ->
    Owner = self(),
    Pid = spawn_link(fun() ->
        {ok, Listen} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
        {ok, Port} = inet:port(Listen),
        Owner ! {self(), Port},
        {ok, Socket} = gen_tcp:accept(Listen),
        broker(Socket)
    end),
    receive {Pid, Port} -> Port end.

broker(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, <<1:4, _/bitstring>>} -> ok = gen_tcp:send(Socket, <<2:4, 0:4, 2, 0, 0>>), broker(Socket);
        {ok, <<12:4, _/bitstring>>} -> ok = gen_tcp:send(Socket, <<13:4, 0:4, 0>>), broker(Socket);
        {ok, _} -> broker(Socket);
        {error, _} -> ok
    end.
