#!/usr/bin/env escript
%% -*- erlang -*-
%%! +A 0 +sbwt none -noinput
%% Load on a tally service, and the proof that nobody was kept waiting or got a wrong answer.
%%
%% A program of its own, without distribution: it sees what a client sees. Every client counts on a key that is
%% its alone, so that it knows each answer beforehand, and now and then on one key that all share, whose value must only
%% grow. Most clients keep one connection for ever: when it ends, a request has failed. Some connect anew all the time.
%% Ends on SIGTERM, when the file of --stop-file exists, or after --seconds; then prints one line of JSON on standard
%% output. Status 0 if no request failed, 1 if one did, 2 if the service could not be reached at all, 64 for usage.
-mode(compile).
-export([main/1, init/1, handle_event/2, handle_call/2]).

%% Milliseconds until a request that was not answered has failed.
-define(PATIENCE, 10000).
-define(SHARED, <<"load:shared">>).

main(Arguments) ->
    Options = options(Arguments, #{clients => 20, reconnecting => 4, pause => 5, prefix => "load-" ++ os:getpid()}),
    Port = port(Options),
    ok = gen_event:swap_handler(erl_signal_server, {erl_signal_handler, []}, {?MODULE, self()}),
    Check = connect(Port),
    is_tuple(Check) andalso stop(2, "load: cannot connect to port ~w: ~p", [Port, Check]),
    gen_tcp:close(Check),
    #{clients := Clients, reconnecting := Reconnecting} = Options,
    Parent = self(),
    Begin = erlang:monotonic_time(millisecond),
    Pids = [
        spawn_link(fun() -> client(Parent, Port, Options, Number, Number =< Reconnecting) end)
     || Number <- lists:seq(1, Clients)
    ],
    note("load: ~w clients on port ~w, ~w of them reconnecting", [Clients, Port, Reconnecting]),
    wait_for_end(Options, Begin),
    [Pid ! stop || Pid <- Pids],
    Results = [receive {result, Pid, Result} -> Result end || Pid <- Pids],
    Seconds = (erlang:monotonic_time(millisecond) - Begin) / 1000,
    Sum = lists:foldl(fun add/2, new_result(), Results),
    io:put_chars([json(Sum, Clients, Seconds), $\n]),
    halt(case Sum of #{failed := 0} -> 0; _ -> 1 end).

%%% Options

options([], Options) -> Options;
options(["--port", Value | Rest], Options) -> options(Rest, Options#{port => number("--port", Value)});
options(["--port-file", Value | Rest], Options) -> options(Rest, Options#{port_file => Value});
options(["--clients", Value | Rest], Options) -> options(Rest, Options#{clients => number("--clients", Value)});
options(["--reconnecting", Value | Rest], Options) ->
    options(Rest, Options#{reconnecting => number("--reconnecting", Value)});
options(["--pause", Value | Rest], Options) -> options(Rest, Options#{pause => number("--pause", Value)});
options(["--seconds", Value | Rest], Options) -> options(Rest, Options#{seconds => number("--seconds", Value)});
options(["--stop-file", Value | Rest], Options) -> options(Rest, Options#{stop_file => Value});
options(["--prefix", Value | Rest], Options) -> options(Rest, Options#{prefix => Value});
options(_, _) ->
    stop(64,
        "usage: load.escript (--port N | --port-file FILE) [--clients N] [--reconnecting N] [--seconds N]~n"
        "                    [--stop-file FILE] [--pause MILLISECONDS] [--prefix TEXT]~n"
        "  --clients       how many in all (20), of which --reconnecting (4) connect anew all the time~n"
        "  --pause         what a client waits between two requests (5)~n"
        "  --prefix        what its keys begin with: one that this service has not counted on before", []).

number(Option, Value) ->
    try list_to_integer(Value)
    catch error:badarg -> stop(64, "load: ~s takes a number, not ~s", [Option, Value])
    end.

port(#{port := Port}) -> Port;
port(#{port_file := File}) ->
    case file:read_file(File) of
        {ok, Text} -> binary_to_integer(string:trim(Text));
        {error, Reason} -> stop(2, "load: ~ts: ~s", [File, file:format_error(Reason)])
    end;
port(_) -> options(["--help"], #{}).

wait_for_end(Options, Begin) ->
    receive
        sigterm -> ok
    after 20 ->
        Stop = case Options of
            #{stop_file := File} -> filelib:is_regular(File);
            #{} -> false
        end,
        Over = case Options of
            #{seconds := Seconds} -> erlang:monotonic_time(millisecond) - Begin >= Seconds * 1000;
            #{} -> false
        end,
        Stop orelse Over orelse wait_for_end(Options, Begin)
    end.

%%% The handler of SIGTERM (erl_signal_server)

init({Main, _Former}) -> {ok, Main}.

handle_event(sigterm, Main) -> Main ! sigterm, {ok, Main};
handle_event(_Signal, Main) -> {ok, Main}.

handle_call(_Request, Main) -> {ok, ok, Main}.

%%% A client

client(Parent, Port, Options = #{prefix := Prefix}, Number, Reconnects) ->
    Own = iolist_to_binary([Prefix, $:, integer_to_list(Number)]),
    State = #{
        port => Port, own => Own, value => 0, shared => 0, socket => none,
        pause => maps:get(pause, Options), reconnects => Reconnects, result => new_result()
    },
    Result = run(State, 0),
    Parent ! {result, self(), Result}.

run(State = #{pause := Pause}, Turn) ->
    receive
        stop -> finish(State)
    after Pause ->
        run(turn(State, Turn), Turn + 1)
    end.

finish(#{socket := Socket, result := Result}) ->
    Socket =:= none orelse gen_tcp:close(Socket),
    Result.

%% Twenty requests make a round; a client that reconnects does so once a round.
turn(State = #{socket := none, port := Port}, Turn) ->
    Before = erlang:monotonic_time(microsecond),
    case connect(Port) of
        {error, Reason} ->
            timer:sleep(100),
            failed(State, connect, Reason);
        Socket ->
            %% The wait for a connection is a wait like any other.
            turn(waited(State#{socket := Socket}, connections, Before), Turn)
    end;
turn(State = #{reconnects := true, socket := Socket}, Turn) when Turn rem 20 =:= 19 ->
    gen_tcp:close(Socket),
    State#{socket := none};
turn(State, Turn) when Turn rem 20 =:= 5 -> request(State, ping, <<"PING">>);
turn(State = #{own := Own}, Turn) when Turn rem 20 =:= 10 -> request(State, get, [<<"GET ">>, Own]);
turn(State, Turn) when Turn rem 20 =:= 15 -> request(State, shared, [<<"INCR ">>, ?SHARED]);
turn(State = #{own := Own}, _Turn) -> request(State, increment, [<<"INCR ">>, Own]).

request(State = #{socket := Socket}, Kind, Line) ->
    Before = erlang:monotonic_time(microsecond),
    Answer = case gen_tcp:send(Socket, [Line, $\n]) of
        ok -> gen_tcp:recv(Socket, 0, ?PATIENCE);
        {error, Reason} -> {error, Reason}
    end,
    case Answer of
        {ok, Text} ->
            case judge(Kind, Text, State) of
                {right, State1} -> waited(State1, served, Before);
                {wrong, Expected} -> failed(State, Kind, {wrong_answer, Text, expected, Expected})
            end;
        {error, Reason1} ->
            gen_tcp:close(Socket),
            failed(State#{socket := none}, Kind, Reason1)
    end.

judge(ping, <<"PONG\n">>, State) ->
    {right, State};
judge(increment, Text, State = #{value := Value}) ->
    %% A client that failed to hear an answer cannot know whether its request counted: it goes on from what it hears.
    case value(Text) of
        Next when Next =:= Value + 1 -> {right, State#{value := Next}};
        Next when is_integer(Next), is_map_key(uncertain, State), Next > Value ->
            {right, maps:remove(uncertain, State#{value := Next})};
        _ -> {wrong, Value + 1}
    end;
judge(get, Text, State = #{value := Value}) ->
    case value(Text) of
        Value -> {right, State};
        Next when is_integer(Next), is_map_key(uncertain, State), Next > Value -> {right, State};
        _ -> {wrong, Value}
    end;
judge(shared, Text, State = #{shared := Shared}) ->
    case value(Text) of
        Next when is_integer(Next), Next > Shared -> {right, State#{shared := Next}};
        _ -> {wrong, {more_than, Shared}}
    end;
judge(ping, _Text, _State) ->
    {wrong, pong}.

value(<<"OK ", Rest/binary>>) ->
    try binary_to_integer(string:trim(Rest))
    catch error:badarg -> none
    end;
value(_) -> none.

connect(Port) ->
    case gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {packet, line}, {active, false}, {nodelay, true}], ?PATIENCE) of
        {ok, Socket} -> Socket;
        {error, Reason} -> {error, Reason}
    end.

%%% Results

%% `waits` is a histogram: microseconds, to two digits, and how often.
new_result() ->
    #{served => 0, connections => 0, failed => 0, failures => [], longest => 0, waits => #{}}.

waited(State = #{result := Result}, Counter, Before) ->
    Wait = erlang:monotonic_time(microsecond) - Before,
    #{Counter := Count, longest := Longest, waits := Waits} = Result,
    Bucket = bucket(Wait, 1),
    State#{result := Result#{
        Counter := Count + 1,
        longest := max(Wait, Longest),
        waits := maps:update_with(Bucket, fun(N) -> N + 1 end, 1, Waits)
    }}.

bucket(Wait, Factor) when Wait >= 100 -> bucket(Wait div 10, Factor * 10);
bucket(Wait, Factor) -> Wait * Factor.

failed(State = #{result := Result}, Kind, Reason) ->
    #{failed := Failed, failures := Failures} = Result,
    Text = lists:flatten(io_lib:format("~w: ~0p", [Kind, Reason])),
    State#{
        uncertain => true,
        result := Result#{failed := Failed + 1, failures := lists:sublist([Text | Failures], 5)}
    }.

add(One, Other) ->
    #{
        served => maps:get(served, One) + maps:get(served, Other),
        connections => maps:get(connections, One) + maps:get(connections, Other),
        failed => maps:get(failed, One) + maps:get(failed, Other),
        failures => lists:sublist(maps:get(failures, One) ++ maps:get(failures, Other), 5),
        longest => max(maps:get(longest, One), maps:get(longest, Other)),
        waits => maps:fold(
            fun(Bucket, Count, Sum) -> maps:update_with(Bucket, fun(N) -> N + Count end, Count, Sum) end,
            maps:get(waits, One), maps:get(waits, Other))
    }.

%% The smallest wait that at least this share of all waits did not exceed.
percentile(Share, Waits) ->
    Sorted = lists:sort(maps:to_list(Waits)),
    Needed = Share * lists:sum([Count || {_, Count} <- Sorted]),
    percentile(Sorted, 0, Needed).

percentile([], _Seen, _Needed) -> 0;
percentile([{_Wait, Count} | Rest], Seen, Needed) when Seen + Count < Needed, Rest =/= [] ->
    percentile(Rest, Seen + Count, Needed);
percentile([{Wait, _Count} | _], _Seen, _Needed) -> Wait.

json(#{served := Served, connections := Connections, failed := Failed, failures := Failures, longest := Longest,
       waits := Waits}, Clients, Seconds) ->
    io_lib:format(
        "{\"served\":~w,\"failed\":~w,\"longestMilliseconds\":~s,\"p50\":~s,\"p99\":~s,"
        "\"clients\":~w,\"connections\":~w,\"seconds\":~.1f,\"failures\":[~s]}",
        [Served, Failed, milliseconds(Longest), milliseconds(percentile(0.5, Waits)),
         milliseconds(percentile(0.99, Waits)), Clients, Connections, float(Seconds),
         lists:join($,, [quoted(Text) || Text <- Failures])]).

milliseconds(Microseconds) ->
    float_to_list(Microseconds / 1000, [{decimals, 3}, compact]).

quoted(Text) ->
    [$", [escaped(Character) || Character <- Text], $"].

escaped($") -> "\\\"";
escaped($\\) -> "\\\\";
escaped(Character) when Character < 32; Character > 126 -> io_lib:format("\\u~4.16.0b", [Character band 16#ffff]);
escaped(Character) -> Character.

note(Format, Arguments) ->
    io:format(standard_error, Format ++ "~n", Arguments).

stop(Status, Format, Arguments) ->
    note(Format, Arguments),
    halt(Status).
