%% Clients outside the node that is upgraded: some keep one connection and send and wait, one opens a new connection every
%% time. Counts what was answered and what was not.
-module(histories_traffic).
-export([start/2, start/3, stop/1]).

start(Port, Clients) -> start(Port, Clients, [again]).

%% Others is [again] for one more client that opens a new connection every time.
start(Port, Clients, Others) ->
    [spawn_link(fun() -> client(open(Port), Port, keep, {0, 0}) end) || _ <- lists:seq(1, Clients)]
        ++ [spawn_link(fun() -> client(none, Port, How, {0, 0}) end) || How <- Others].

%% {Answered, Not}
stop(Pids) ->
    Counts = [begin Pid ! {stop, self()}, receive {Pid, Count} -> Count end end || Pid <- Pids],
    {lists:sum([A || {A, _} <- Counts]), lists:sum([F || {_, F} <- Counts])}.

client(Socket, Port, How, {Answered, Failed} = Count) ->
    receive
        {stop, From} -> From ! {self(), Count}
    after 5 ->
        Now = case How of keep -> Socket; again -> open(Port) end,
        case ask(Now) of
            ok when How =:= again -> gen_tcp:close(Now), client(none, Port, How, {Answered + 1, Failed});
            ok -> client(Now, Port, How, {Answered + 1, Failed});
            _ -> client(case How of keep -> open(Port); again -> none end, Port, How, {Answered, Failed + 1})
        end
    end.

ask(none) -> error;
ask(Socket) ->
    case gen_tcp:send(Socket, <<"hello\n">>) of
        ok ->
            case gen_tcp:recv(Socket, 0, 8000) of
                {ok, <<_, _/binary>>} -> ok;
                _ -> error
            end;
        _ -> error
    end.

open(Port) ->
    case gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}], 8000) of
        {ok, Socket} -> Socket;
        _ -> none
    end.
