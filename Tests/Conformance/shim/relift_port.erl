%% Asks `relift systools` over a port (the path of the program is in $RELIFT) and gives back the term that OTP's
%% function of the same name gives in silent mode; raises where that raises.
-module(relift_port).
-export([call/2, with_environment/1, answer/2]).

-define(TIMEOUT, 120000).

call(Function, Args) ->
    Program = os:getenv("RELIFT"),
    Port = open_port({spawn_executable, Program}, [{args, ["systools"]}, {packet, 4}, binary, exit_status]),
    port_command(Port, term_to_binary({Function, Args})),
    receive
        {Port, {data, Answer}} ->
            port_close(Port),
            result(binary_to_term(Answer));
        {Port, {exit_status, Status}} ->
            error({relift_port_closed, Status})
    after ?TIMEOUT ->
        port_close(Port),
        error(relift_port_timeout)
    end.

result({'EXIT', {Reason, _Stack}}) -> error(Reason);
result({'EXIT', Reason}) -> error(Reason);
result(Answer) -> Answer.

%% The options that stand for what OTP's function takes from the virtual machine it runs in.
with_environment(Options) when is_list(Options) ->
    {ok, Folder} = file:get_cwd(),
    Options ++ [{code_path, code:get_path()}, {cwd, Folder}];
with_environment(Other) ->
    Other.

%% What the caller of systools sees: the whole answer with `silent`, else `ok` or `error`.
answer(Options, Answer) ->
    case is_list(Options) andalso (lists:member(silent, Options) orelse lists:member(noexec, Options)) of
        true -> Answer;
        false when element(1, Answer) =:= ok -> ok;
        false ->
            io:format("~tp~n", [Answer]),
            error
    end.
