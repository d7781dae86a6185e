%% Asks `relift systools` over a port (the path of the program is in $RELIFT) and gives back the term that OTP's
%% function of the same name gives in silent mode; raises where that raises.
-module(relift_port).
-export([call/2, forward/3, open/0, ask/3, close/1]).

-define(TIMEOUT, 120000).

%% For the shims, which stand for the functions of OTP: one program for each call.
call(Function, Args) ->
    Port = open(),
    try ask(Port, Function, Args) of
        %% systools_make catches what make_hybrid_boot raises.
        {'EXIT', {Reason, _Stack}} when Function =/= make_hybrid_boot -> error(Reason);
        Answer -> Answer
    after
        close(Port)
    end.

%% A call whose last argument is a list of options. relift answers as systools does in silent mode; without `silent`
%% the caller gets `ok` or `error`.
forward(Function, Args, Options) ->
    Answer = call(Function, Args ++ [with_environment(Options)]),
    case is_list(Options) andalso (lists:member(silent, Options) orelse lists:member(noexec, Options)) of
        true -> Answer;
        false ->
            io:format("~tp~n", [Answer]),
            element(1, Answer)
    end.

%% The options that stand for what OTP's function takes from the virtual machine it runs in.
with_environment(Options) when is_list(Options) ->
    {ok, Folder} = file:get_cwd(),
    Options ++ [{code_path, code:get_path()}, {cwd, Folder}];
with_environment(Other) ->
    Other.

open() ->
    open_port({spawn_executable, os:getenv("RELIFT")}, [{args, ["systools"]}, {packet, 4}, binary, exit_status]).

ask(Port, Function, Args) ->
    port_command(Port, term_to_binary({Function, Args})),
    receive
        {Port, {data, Answer}} -> binary_to_term(Answer);
        {Port, {exit_status, Status}} -> error({relift_ended, Status})
    after ?TIMEOUT ->
        close(Port),
        error(relift_timeout)
    end.

close(Port) ->
    catch port_close(Port),
    receive {Port, {exit_status, _}} -> ok after 0 -> ok end.
