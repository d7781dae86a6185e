%% Calls the systools of this OTP.
-module(conformance_stock).
-export([call/2, with_order/1, parts/1]).

-define(TIMEOUT, 20000).

%% The answer, or {raised, Reason}, or `timeout`.
call(Function, Args) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({answer, evaluate(Function, Args)}) end),
    receive
        {'DOWN', Monitor, process, Pid, {answer, Answer}} -> Answer;
        {'DOWN', Monitor, process, Pid, Reason} -> {raised, Reason}
    after ?TIMEOUT ->
        demonitor(Monitor, [flush]),
        exit(Pid, kill),
        timeout
    end.

evaluate(Function, Args) ->
    try apply(module(Function), Function, Args)
    catch error:Reason -> {raised, Reason}
    end.

module(make_hybrid_boot) -> systools_make;
module(translate_scripts) -> systools_rc;
module(_) -> systools.

%% Evaluates a function while the stock systools_rc orders the instructions that depend on each other by
%% conformance's rule (module ordered_utils) wherever digraph_utils leaves the order to hashing. All else is the stock code:
%% in its beam file one name is replaced by another one of the same length.
with_order(Function) ->
    {systools_rc, Beam, File} = code:get_object_code(systools_rc),
    [_] = binary:matches(Beam, <<"digraph_utils">>),
    true = code:unstick_mod(systools_rc),
    load(File, binary:replace(Beam, <<"digraph_utils">>, <<"ordered_utils">>)),
    try Function()
    after load(File, Beam)
    end.

load(File, Beam) ->
    code:purge(systools_rc),
    {module, systools_rc} = code:load_binary(systools_rc, File, Beam).

%% A relup (or a script of instructions) without any order inside lists and among instructions: what is left when the order is forgotten.
parts({Version, Up, Down}) -> {Version, [{V, D, parts(Script)} || {V, D, Script} <- Up], [{V, D, parts(Script)} || {V, D, Script} <- Down]};
parts(Script) -> lists:sort(lists:append([parts_of(Instruction) || Instruction <- Script])).

parts_of({load_object_code, {App, Version, Modules}}) -> [{load_object_code, App, Version, M} || M <- Modules];
parts_of({code_change, Mode, Changes}) -> [{code_change, Mode, C} || C <- Changes];
parts_of({Name, List}) when is_list(List) -> [{Name, Element} || Element <- List];
parts_of(Instruction) -> [Instruction].
