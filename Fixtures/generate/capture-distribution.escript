#!/usr/bin/env escript
%% -*- erlang -*-
%%! -hidden
%% Records the conversation of a hidden client with a real Erlang node, message by message.
%%
%%   capture-distribution.escript FOLDER NODE COOKIE EPMD_PORT OTP
%%
%% The client is written here once more, with Erlang's own term_to_binary, so that a recording says what
%% a node understands and what it answers, whatever our Swift code thinks. One file a scenario; see
%% Fixtures/wire/README.md for the format. The node must be started with `-kernel net_ticktime 8`, so that ticks come.
-mode(compile).

-define(CHALLENGE, 305419896).
-define(CREATION, 7).
-define(CLIENT, <<"relift-1-cafe@localhost">>).
%% What Sources/DistributionProtocol/Handshake/CapabilityFlags.swift announces.
-define(FLAGS, (16#4 bor 16#8 bor 16#10 bor 16#20 bor 16#80 bor 16#100 bor 16#200 bor 16#400 bor 16#800 bor 16#1000
    bor 16#4000 bor 16#10000 bor 16#20000 bor 16#40000 bor 16#400000 bor 16#1000000 bor 16#2000000
    bor (1 bsl 32) bor (1 bsl 34) bor (1 bsl 36))).
-define(NAME_ME, (1 bsl 33)).

main([Folder, Node, Cookie, EpmdPort, Otp]) ->
    put(client, {?CLIENT, ?CREATION}), put(otp, Otp), put(node, Node), put(cookie, Cookie), put(epmd, list_to_integer(EpmdPort)),
    [Name, Host] = string:split(Node, "@"),
    put(host, Host),
    Port = known_name(Folder, Name),
    put(port, Port),
    unknown_name(Folder),
    calls(Folder),
    oddities(Folder),
    rex(Folder),
    requests_of_the_node(Folder),
    ticks(Folder),
    wrong_cookie(Folder),
    alive(Folder),
    dynamic_name(Folder),
    not_allowed(Folder),
    missing_capabilities(Folder),
    io:format("recorded ~ts, OTP ~ts~n", [Node, Otp]).

%% --- EPMD ---------------------------------------------------------------------------------------------------------

known_name(Folder, Name) ->
    open(Folder, "epmd-known", "EPMD knows the name"),
    Socket = connect(get(epmd), raw),
    send(Socket, epmd([122, Name]), "PORT_PLEASE2_REQ"),
    <<119, 0, Port:16, _/binary>> = receive_to_end(Socket, "PORT2_RESP"),
    close(),
    Port.

unknown_name(Folder) ->
    open(Folder, "epmd-unknown", "EPMD does not know the name; it is asked for those it knows"),
    parameter("asked", "relift-no-such-node@localhost"),
    Socket = connect(get(epmd), raw),
    send(Socket, epmd([122, "relift-no-such-node"]), "PORT_PLEASE2_REQ"),
    <<119, 1>> = receive_to_end(Socket, "PORT2_RESP, result 1"),
    note("a second connection"),
    Second = connect(get(epmd), raw),
    send(Second, epmd([110]), "NAMES_REQ"),
    receive_to_end(Second, "NAMES_RESP"),
    close().

epmd(Request) ->
    Bytes = iolist_to_binary(Request),
    <<(byte_size(Bytes)):16, Bytes/binary>>.

%% --- Handshakes -----------------------------------------------------------------------------------------------------

%% The whole way in; answers the socket.
handshake() -> handshake(?CLIENT, get(cookie)).

handshake(Client, Cookie) ->
    Socket = named(?FLAGS, Client),
    <<"sok">> = frame(Socket, "status"),
    answer_challenge(Socket, Cookie),
    <<$a, _:16/binary>> = frame(Socket, "challenge_ack"),
    note("connected"),
    inet:setopts(Socket, [{packet, 4}]),
    Socket.

named(Flags, Name) ->
    Socket = connect(get(port), 2),
    send_frame(Socket, <<$N, Flags:64, ?CREATION:32, (byte_size(Name)):16, Name/binary>>, "send_name"),
    Socket.

answer_challenge(Socket, Cookie) ->
    <<$N, _:64, Challenge:32, _/binary>> = frame(Socket, "challenge"),
    Digest = erlang:md5([Cookie, integer_to_list(Challenge)]),
    send_frame(Socket, <<$r, ?CHALLENGE:32, Digest/binary>>, "challenge_reply").

wrong_cookie(Folder) ->
    open(Folder, "wrong-cookie", "the client has another cookie: the node closes instead of acknowledging"),
    parameter("cookie", "another"),
    Socket = named(?FLAGS, ?CLIENT),
    <<"sok">> = frame(Socket, "status"),
    answer_challenge(Socket, "another"),
    closed = frame(Socket, "close"),
    close().

alive(Folder) ->
    open("/dev/null", none, none),
    First = handshake(),
    close(),
    open(Folder, "alive", "a connection with the client's name is up already"),
    Socket = named(?FLAGS, ?CLIENT),
    <<"salive">> = frame(Socket, "status"),
    send_frame(Socket, <<"sfalse">>, "status of the client: this attempt was the mistake"),
    closed = frame(Socket, "close"),
    close(),
    gen_tcp:close(First),
    timer:sleep(300).

dynamic_name(Folder) ->
    open(Folder, "dynamic-name", "the node gives the client its name"),
    parameter("client", "@localhost"),
    Socket = named(?FLAGS bor ?NAME_ME, <<"localhost">>),
    <<"snamed:", Length:16, Name:Length/binary, Creation:32, _/binary>> = frame(Socket, "status"),
    answer_challenge(Socket, get(cookie)),
    <<$a, _/binary>> = frame(Socket, "challenge_ack"),
    inet:setopts(Socket, [{packet, 4}]),
    put(client, {Name, Creation}),
    call(Socket, 1, client_pid(), erlang, whereis, [user]),
    put(client, {?CLIENT, ?CREATION}),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

not_allowed(Folder) ->
    open("/dev/null", none, none),
    Socket0 = handshake(),
    call(Socket0, 1, client_pid(), net_kernel, allow, [[list_to_atom("somebody@localhost")]]),
    gen_tcp:close(Socket0),
    close(),
    timer:sleep(300),
    open(Folder, "not-allowed", "net_kernel:allow/1 does not list the client"),
    Socket = named(?FLAGS, ?CLIENT),
    <<"snot_allowed">> = frame(Socket, "status"),
    closed = frame(Socket, "close"),
    close().

missing_capabilities(Folder) ->
    open(Folder, "missing-capabilities", "a client without big creations: what a node does with one it cannot work with"),
    parameter("client-bytes", "unchecked"),
    Socket = named(?FLAGS band bnot (16#40000 bor (1 bsl 36)), <<"somebody@localhost">>),
    case frame(Socket, "status") of
        closed -> ok;
        _ -> closed = frame(Socket, "close")
    end,
    close().

%% --- Calls ----------------------------------------------------------------------------------------------------------

calls(Folder) ->
    open(Folder, "calls", "erpc calls of every outcome, one after the other"),
    Socket = handshake(),
    User = call(Socket, 1, client_pid(), erlang, whereis, [user]),
    Call = fun(Number, M, F, A) -> call(Socket, Number, User, M, F, A) end,
    Call(2, erlang, system_info, [otp_release]),
    note("exception throw:ball"),
    Call(3, erlang, throw, [ball]),
    note("exception exit:{shutdown, now}"),
    Call(4, erlang, exit, [{shutdown, now}]),
    note("exception error:{badmatch, 1}"),
    Call(5, erlang, error, [{badmatch, 1}]),
    note("an undefined function"),
    Call(6, lists, no_such_function, [1, 2]),
    note("a function that prints, with the remote user as its group leader"),
    Call(7, io, format, ["printed~n"]),
    note("a result of every kind of term"),
    {ok, Tokens, _} = erl_scan:string(
        "[atom, 'gr\\x{fc}\\x{df}e', 1, -1, 1 bsl 40, 1 bsl 70, -(1 bsl 70), 1.5, {}, {a,b}, [], \"text\", [1|2],"
        " #{a => 1}, <<1,2>>, <<5:3>>, fun lists:map/2, self(), make_ref(), hd(erlang:ports())]."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    Call(8, erl_eval, exprs, [Expressions, []]),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

oddities(Folder) ->
    open(Folder, "oddities", "calls that our client makes otherwise or not at all, and what the node does then"),
    parameter("client-bytes", "unchecked"),
    Socket = handshake(),
    User = call(Socket, 1, client_pid(), erlang, whereis, [user]),
    note("arguments that are no list"),
    call(Socket, 2, User, erlang, node, not_a_list),
    note("the process is killed from outside"),
    call(Socket, 3, User, timer, sleep, [infinity], fun(Pid) ->
        control(Socket, {8, client_pid(), Pid, kill}, "EXIT2")
    end),
    note("a function that prints, with the client as its group leader: an io_request comes"),
    spawn_request(Socket, 4, client_pid(), io, put_chars, ["x"]),
    <<_/binary>> = frame(Socket, "SPAWN_REPLY"),
    {{19, _, _, _}} = terms(frame(Socket, "MONITOR_P of the group leader")),
    Request = frame(Socket, "SEND io_request"),
    {_, {io_request, From, ReplyAs, _}} = terms(Request),
    control(Socket, {2, '', From}, {io_reply, ReplyAs, ok}, "SEND io_reply"),
    {{20, _, _, _}} = terms(frame(Socket, "DEMONITOR_P")),
    <<_/binary>> = frame(Socket, "PAYLOAD_MONITOR_P_EXIT"),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

rex(Folder) ->
    open(Folder, "rex", "calls through the rpc server"),
    Socket = handshake(),
    RexCall = fun(Number, M, F, A) ->
        Reference = reference(Number),
        Caller = process(Number),
        control(Socket, {19, Caller, rex, Reference}, "MONITOR_P"),
        control(Socket, {6, Caller, '', rex},
            {'$gen_call', {Caller, Reference}, {call, M, F, A, user}}, "REG_SEND"),
        Reply = frame(Socket, "SEND"),
        control(Socket, {20, Caller, rex, Reference}, "DEMONITOR_P"),
        {_, {Reference, Value}} = terms(Reply),
        Value
    end,
    User = call(Socket, 1, client_pid(), erlang, whereis, [user]),
    true = is_pid(User),
    [_ | _] = RexCall(2, erlang, system_info, [otp_release]),
    ball = RexCall(3, erlang, throw, [ball]),
    {badrpc, {'EXIT', {shutdown, now}}} = RexCall(4, erlang, exit, [{shutdown, now}]),
    {badrpc, {'EXIT', {{badmatch, 1}, _}}} = RexCall(5, erlang, error, [{badmatch, 1}]),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

%% The node pings us, monitors, links, sends and spawns.
requests_of_the_node(Folder) ->
    open(Folder, "requests", "what a node asks of a client: ping, monitor, link and unlink, spawn, unknown names"),
    Socket = handshake(),
    Client = list_to_atom(binary_to_list(?CLIENT)),
    User = call(Socket, 1, client_pid(), erlang, whereis, [user]),
    note("net_adm:ping(Client)"),
    spawn_request(Socket, 2, User, net_adm, ping, [Client]),
    <<_/binary>> = frame(Socket, "SPAWN_REPLY"),
    {_, Monitor} = {ok, terms(frame(Socket, "MONITOR_P net_kernel"))},
    {{19, Caller, net_kernel, MonitorReference}} = Monitor,
    {_, {'$gen_call', {Caller, Tag}, {is_auth, _}}} = terms(frame(Socket, "REG_SEND is_auth")),
    control(Socket, {2, '', Caller}, {Tag, yes}, "SEND yes"),
    {{20, Caller, net_kernel, MonitorReference}} = terms(frame(Socket, "DEMONITOR_P")),
    <<_/binary>> = frame(Socket, "PAYLOAD_MONITOR_P_EXIT: pong"),
    note("rpc:call(Client, erlang, node, []): the client does not spawn"),
    spawn_request(Socket, 3, User, rpc, call, [Client, erlang, node, []]),
    <<_/binary>> = frame(Socket, "SPAWN_REPLY"),
    {{29, RequestReference, Requester, _, _, _}, _} = terms(frame(Socket, "SPAWN_REQUEST")),
    control(Socket, {31, RequestReference, Requester, 0, notsup}, "SPAWN_REPLY notsup"),
    after_notsup(Socket),
    note("gen_server:call({no_such_name, Client}, hello)"),
    spawn_request(Socket, 4, User, gen_server, call, [{no_such_name, Client}, hello]),
    <<_/binary>> = frame(Socket, "SPAWN_REPLY"),
    {{19, Asker, no_such_name, AskReference}} = terms(frame(Socket, "MONITOR_P no_such_name")),
    <<_/binary>> = frame(Socket, "REG_SEND hello"),
    control(Socket, {28, no_such_name, Asker, AskReference}, noproc, "PAYLOAD_MONITOR_P_EXIT noproc"),
    <<_/binary>> = frame(Socket, "PAYLOAD_MONITOR_P_EXIT"),
    note("link(ClientPid), unlink(ClientPid)"),
    {ok, Tokens, _} = erl_scan:string("begin link(P), unlink(P), exit(P, farewell), P ! hello end."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    spawn_request(Socket, 5, User, erl_eval, exprs, [Expressions, [{'P', client_pid()}]]),
    <<_/binary>> = frame(Socket, "SPAWN_REPLY"),
    {{1, Linker, _}} = terms(frame(Socket, "LINK")),
    {{35, Id, Linker, _}} = terms(frame(Socket, "UNLINK_ID")),
    control(Socket, {36, Id, client_pid(), Linker}, "UNLINK_ID_ACK"),
    <<_/binary>> = frame(Socket, "PAYLOAD_EXIT2"),
    <<_/binary>> = frame(Socket, "SEND hello"),
    <<_/binary>> = frame(Socket, "PAYLOAD_MONITOR_P_EXIT"),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

%% OTP 25 falls back to a call of `rex` when the peer cannot spawn; later versions do not.
after_notsup(Socket) ->
    case terms(frame(Socket, "what the node does then")) of
        {{28, _, _, _}, _} -> ok;
        {{19, Caller, rex, Reference}} ->
            <<_/binary>> = frame(Socket, "REG_SEND rex"),
            control(Socket, {28, rex, Caller, Reference}, noproc, "PAYLOAD_MONITOR_P_EXIT noproc"),
            <<_/binary>> = frame(Socket, "PAYLOAD_MONITOR_P_EXIT")
    end.

ticks(Folder) ->
    open(Folder, "ticks", "an idle connection: the node sends zero-length frames, the client answers each"),
    Socket = handshake(),
    call(Socket, 1, client_pid(), erlang, whereis, [user]),
    lists:foreach(fun(_) ->
        <<>> = frame(Socket, "tick"),
        send_frame(Socket, <<>>, "tick")
    end, [1, 2, 3]),
    gen_tcp:close(Socket),
    close(),
    timer:sleep(300).

call(Socket, Number, Leader, M, F, A) -> call(Socket, Number, Leader, M, F, A, fun(_) -> ok end).

call(Socket, Number, Leader, M, F, A, Between) ->
    Reference = spawn_request(Socket, Number, Leader, M, F, A),
    {{31, Reference, _, _, Pid}} = terms(frame(Socket, "SPAWN_REPLY")),
    Between(Pid),
    {{28, Pid, _, Reference}, Reason} = terms(frame(Socket, "PAYLOAD_MONITOR_P_EXIT")),
    case Reason of
        {Reference, return, Value} -> Value;
        Other -> Other
    end.

spawn_request(Socket, Number, Leader, M, F, A) ->
    Reference = reference(Number),
    control(Socket, {29, Reference, client_pid(), Leader, {erpc, execute_call, 4}, [monitor]},
        [Reference, M, F, A], io_lib:format("SPAWN_REQUEST ~p:~p", [M, F])),
    Reference.

client_pid() -> process(1).

process(Number) ->
    {Name, Creation} = get(client),
    binary_to_term(<<131, 88, (atom_bytes(Name))/binary, Number:32, 0:32, Creation:32>>).

reference(Number) ->
    {Name, Creation} = get(client),
    binary_to_term(<<131, 90, 3:16, (atom_bytes(Name))/binary, Creation:32, Number:32, 0:32, 0:32>>).

atom_bytes(Name) -> <<119, (byte_size(Name)), Name/binary>>.

control(Socket, Control, Comment) -> send_frame(Socket, [112, encode(Control)], Comment).

control(Socket, Control, Payload, Comment) -> send_frame(Socket, [112, encode(Control), encode(Payload)], Comment).

encode(Term) -> term_to_binary(Term, [{minor_version, 2}]).

terms(<<112, Bytes/binary>>) ->
    {Control, Used} = binary_to_term(Bytes, [used]),
    case binary:part(Bytes, Used, byte_size(Bytes) - Used) of
        <<>> -> {Control};
        Payload -> {Control, binary_to_term(Payload)}
    end.

%% --- Sockets and recording ------------------------------------------------------------------------------------------

connect(Port, Packet) ->
    {ok, Socket} = gen_tcp:connect(get(host), Port, [binary, {active, false}, {packet, Packet}]),
    Socket.

send(Socket, Bytes, Comment) ->
    record(">", Bytes, Comment),
    ok = gen_tcp:send(Socket, Bytes).

send_frame(Socket, Data, Comment) ->
    Bytes = iolist_to_binary(Data),
    record(">", with_length(Socket, Bytes), Comment),
    ok = gen_tcp:send(Socket, Bytes).

frame(Socket, Comment) ->
    case gen_tcp:recv(Socket, 0, 20000) of
        {ok, <<>>} when Comment =/= "tick" -> frame(Socket, Comment);
        {ok, Bytes} -> record("<", with_length(Socket, Bytes), Comment), Bytes;
        {error, closed} -> record("!", <<>>, "the node closes"), closed
    end.

receive_to_end(Socket, Comment) ->
    Bytes = receive_to_end(Socket, <<>>, Comment),
    record("<", Bytes, Comment),
    record("!", <<>>, "EPMD closes"),
    Bytes.

receive_to_end(Socket, Sofar, Comment) ->
    case gen_tcp:recv(Socket, 0, 5000) of
        {ok, Bytes} -> receive_to_end(Socket, <<Sofar/binary, Bytes/binary>>, Comment);
        {error, closed} -> Sofar
    end.

with_length(Socket, Bytes) ->
    {ok, [{packet, Packet}]} = inet:getopts(Socket, [packet]),
    <<(byte_size(Bytes)):(Packet * 8), Bytes/binary>>.

open("/dev/null", none, none) ->
    {ok, File} = file:open("/dev/null", [write]),
    put(file, File);
open(Folder, Name, About) ->
    {ok, File} = file:open(filename:join(Folder, Name ++ ".hex"), [write]),
    put(file, File),
    note(["OTP ", get(otp), ": ", About]),
    parameter("node", get(node)), parameter("client", ?CLIENT), parameter("cookie", get(cookie)),
    parameter("challenge", integer_to_list(?CHALLENGE)), parameter("creation", integer_to_list(?CREATION)).

close() -> file:close(erase(file)).

parameter(Name, Value) -> io:format(get(file), "@~ts ~ts~n", [Name, Value]).

note(Text) -> io:format(get(file), "# ~ts~n", [Text]).

record(Direction, Bytes, Comment) ->
    note(Comment),
    io:format(get(file), "~ts~ts~n", [Direction, lines([io_lib:format("~2.16.0b", [B]) || <<B>> <= Bytes])]).

lines(Pairs) when length(Pairs) =< 38 -> [[" ", P] || P <- Pairs];
lines(Pairs) ->
    {Line, Rest} = lists:split(38, Pairs),
    [[[" ", P] || P <- Line], "\n ", lines(Rest)].
