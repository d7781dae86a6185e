%% Random instructions of appups: every form, high and low level.
-module(conformance_instructions).
-export([change/2, add/2, delete/2, others/1, early/1, damaged/1]).

-import(conformance_chance, [chance/1, pick/1, below/1, faulty/0, shuffle/1]).

%% The instruction for a module that is in both versions; it may depend on modules of the pool.
change(Module, Pool) ->
    case below(14) of
        0 -> {update, Module};
        1 -> {update, Module, supervisor};
        2 -> {update, Module, pick([soft, advanced_change()])};
        3 -> {update, Module, dependencies(Pool)};
        4 -> {update, Module, pick([soft, advanced_change()]), dependencies(Pool)};
        5 -> {update, Module, pick([soft, advanced_change()]), purge(), purge(), dependencies(Pool)};
        6 -> {update, Module, timeout(), pick([soft, advanced_change()]), purge(), purge(), dependencies(Pool)};
        N when N < 9 ->
            {update, Module, pick([static, dynamic]), timeout(), pick([soft, advanced_change()]), purge(), purge(), dependencies(Pool)};
        9 -> {load_module, Module};
        10 -> {load_module, Module, dependencies(Pool)};
        N when N < 13 -> {load_module, Module, purge(), purge(), dependencies(Pool)};
        13 -> {update, Module, advanced_change()}
    end.

add(Module, Pool) -> pick([{add_module, Module}, {add_module, Module, dependencies(Pool)}]).

delete(Module, Pool) -> pick([{delete_module, Module}, {delete_module, Module, dependencies(Pool)}]).

advanced_change() -> {advanced, pick([[], extra, {a, "b"}, [{x, 1}]])}.

dependencies([]) -> [];
dependencies(Pool) ->
    case chance(45) of
        true -> [];
        false -> [pick(Pool) || _ <- lists:seq(1, 1 + below(2))]
    end.

purge() -> pick([soft_purge, brutal_purge]).

timeout() -> pick([default, infinity, 1 + below(9999)]).

%% Groups of instructions that stand on their own.
others(_World) ->
    [other() || _ <- lists:seq(1, case chance(50) of true -> below(4); false -> 0 end)].

other() ->
    Number = below(1000),
    Call = {io, format, [Number]},
    case below(16) of
        N when N < 5 -> {apply, Call};
        5 -> {sync_nodes, Number, Call};
        6 -> {sync_nodes, Number, ['a@b']};
        7 -> [{suspend, [low1, {low2, timeout()}]}, {apply, Call}, {resume, [low2, low1]}];
        8 -> [{stop, [low3]}, {start, [low3]}];
        9 -> [{load_object_code, {low, "9", [low1]}}, {load, {low1, purge(), purge()}}];
        10 -> {code_change, [{low1, extra}]};
        11 -> {code_change, pick([up, down]), [{low1, extra}]};
        12 -> {purge, [low1]};
        13 -> {remove, {low2, purge(), purge()}};
        14 -> {load_object_code, {low, pick(["9", "9", "9", "8"]), [pick([low1, low2]), low3]}};
        15 -> pick([restart_emulator, restart_new_emulator, {apply, Call}, {apply, {m, f, []}}, reboot, restart])
    end.

%% What stands before a point of no return; mostly nothing.
early(_World) ->
    case chance(10) of
        true -> shuffle([{apply, {early, call, [below(10)]}}, {load_object_code, {low, "9", [low2]}}]);
        false -> []
    end.

%% The script, with something wrong in it if chance has it so.
damaged(Script) ->
    case faulty() of
        false -> Script;
        true ->
            case below(4) of
                0 when Script =/= [] -> Script ++ [pick(Script)];
                1 -> Script ++ [wrong()];
                2 -> [wrong() | Script];
                _ -> damage(Script)
            end
    end.

wrong() ->
    pick([{update, m, supervisor, []}, {load_module, m, a, b}, {update, "m"}, {unknown, x}, unknown, {add_application, nowhere},
          {remove_application, nowhere}, {restart_application, nowhere}, {add_application, alfa, sometimes}, {load_module, nowhere_module},
          {update, alfa_1, sometimes}, {update, alfa_1, 0, soft, brutal_purge, brutal_purge, []}, {update, alfa_1, soft, purge, brutal_purge, []},
          {update, alfa_1, soft, [nowhere_module]}, {suspend, [a]}, {resume, [a]}, {start, [a]}, {stop, [a]}, {suspend, a}, {suspend, [{a, -1}]},
          {load, {unloaded, soft_purge, soft_purge}}, {load_object_code, {a, '1', [m]}}, {load_object_code, {a, "1", m}}, {apply, {m, f}},
          {apply, {m, "f", []}}, {sync_nodes, 1, x}, {sync_nodes, 1, ["n"]}, {code_change, sideways, []}, {code_change, up, [x]}, {purge, m},
          {purge, ["m"]}, {remove, {m, soft_purge}}, {mnesia_backup, x}, mnesia_backup, point_of_no_return, {delete_module, "x"}, {add_module, 1},
          {delete_module, alfa_1}, {update, alfa_1, static, default, {advanced}, brutal_purge, brutal_purge, []}, {restart_new_emulator}]).

%% A term with one part exchanged, added or removed.
damage(Term) when is_tuple(Term), tuple_size(Term) > 0 ->
    case chance(15) of
        true -> junk();
        false -> list_to_tuple(damage_elements(tuple_to_list(Term)))
    end;
damage([_ | _] = Term) ->
    case chance(25) of
        true -> junk();
        false -> damage_elements(Term)
    end;
damage(_) -> junk().

damage_elements(Elements) ->
    {Before, [Element | After]} = lists:split(below(length(Elements)), Elements),
    case below(6) of
        0 -> Before ++ After;
        1 -> Before ++ [junk(), Element | After];
        _ -> Before ++ [damage(Element) | After]
    end.

junk() ->
    pick([alfa, alfa_1, bravo_1, nowhere, 0, -1, [], [alfa_1], soft, update, {advanced, 1}, "2.1", [1], <<"x">>, 1.5, {}, #{}, "", infinity, default, [a | b]]).
