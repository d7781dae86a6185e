%% One client: reads a line, answers a line.
%%
%%   PING             PONG
%%   INCR key         OK value        the value after adding one
%%   GET key          OK value
%%   STATS            OK name=value…
%%   anything else    ERR reason
%%
%% The process keeps nothing but its socket, and the same in every version: new code can simply be loaded under it.
%% That is why it has no code_change/3.
-module(tally_connection).
-behaviour(gen_server).

-export([start_link/1, serve/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

%% Milliseconds until a process that was never told to serve ends: its acceptor has died.
-define(PATIENCE, 5000).

start_link(Socket) ->
    gen_server:start_link(?MODULE, Socket, []).

%% The socket belongs to the process now: begin.
-spec serve(pid()) -> ok.
serve(Connection) ->
    gen_server:cast(Connection, serve).

init(Socket) ->
    {ok, Socket, ?PATIENCE}.

handle_call(_Request, _From, Socket) ->
    {reply, {error, unknown_request}, Socket}.

handle_cast(serve, Socket) ->
    next(Socket);
handle_cast(_Request, Socket) ->
    {noreply, Socket}.

handle_info({tcp, Socket, Line}, Socket) ->
    case binary:last(Line) of
        $\n ->
            ok = tally_rate:request(),
            [Text | _] = binary:split(Line, [<<"\r\n">>, <<"\n">>]),
            reply(Socket, answer(binary:split(Text, <<" ">>, [global, trim_all])));
        _ ->
            _ = gen_tcp:send(Socket, <<"ERR line too long\n">>),
            {stop, normal, Socket}
    end;
handle_info(timeout, Socket) ->
    {stop, normal, Socket};
handle_info({tcp_closed, Socket}, Socket) ->
    {stop, normal, Socket};
handle_info({tcp_error, Socket, _Reason}, Socket) ->
    {stop, normal, Socket};
handle_info(_Message, Socket) ->
    {noreply, Socket}.

reply(Socket, Answer) ->
    case gen_tcp:send(Socket, [Answer, $\n]) of
        ok -> next(Socket);
        {error, _Reason} -> {stop, normal, Socket}
    end.

next(Socket) ->
    case inet:setopts(Socket, [{active, once}]) of
        ok -> {noreply, Socket};
        {error, _Reason} -> {stop, normal, Socket}
    end.

answer([<<"PING">>]) ->
    <<"PONG">>;
answer([<<"INCR">>, Key]) ->
    number(tally_counter:increment(Key));
answer([<<"GET">>, Key]) ->
    number(tally_counter:value(Key));
answer([<<"STATS">>]) ->
    Connections = proplists:get_value(active, supervisor:count_children(tally_connection_sup)),
    Facts = maps:merge(tally_counter:statistics(), tally_rate:statistics()),
    [
        io_lib:format("OK version=~s connections=~w", [tally:version(), Connections])
        | [io_lib:format(" ~s=~w", [Name, Value]) || {Name, Value} <- lists:sort(maps:to_list(Facts))]
    ];
answer(_) ->
    <<"ERR unknown command">>.

number(Value) ->
    [<<"OK ">>, integer_to_list(Value)].
