%% The tables of the results, as Markdown.
-module(histories_report).
-export([write/2]).

write(Results, Work) ->
    Text = [totals(Results), "\n", notes(Results), "\n", checks(Results), "\n", pairs(Results)],
    ok = file:write_file(filename:join(Work, "tables.md"), unicode:characters_to_binary(Text)),
    ok = file:write_file(filename:join(Work, "differences.txt"), unicode:characters_to_binary(differences(Results))),
    io:put_chars(Text).

totals(Results) ->
    Projects = lists:usort([P || #{project := P} <- Results]),
    Rows = [row(P, [R || R = #{project := Q} <- Results, P =:= Q]) || P <- Projects] ++ [row("**all**", Results)],
    ["| project | pairs | modules changed, added, removed | not covered | falsely listed | accepted by systools | refused for a state |"
     " entries people wrote | they missed (by empty ones) | they listed needlessly (for a range) | other kind | rebuilt otherwise | modules with `?LINE` |"
     " instructions for others |\n",
     "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n", Rows].

%% What the tables have no column for.
notes(Results) ->
    Unbumped = [U || #{unbumped := U} <- Results],
    Read = [P || #{people := [P | _]} <- Results],
    Sides = [S || #{people := [_ | Ss]} <- Results, S <- Ss],
    Kinds = lists:flatmap(fun(R) -> [{Theirs, Ours} || #{differ := Ds} <- sides(R), {_, Theirs, Ours} <- Ds] end, Results),
    Counted = [{K, length([x || L <- Kinds, L =:= K])} || K <- lists:usort(Kinds)],
    Found = lists:append([lists:usort([Id || {_, Id} <- F]) || #{kind := pair, findings := F} <- Results]),
    [format("Two tags of one version: ~b; code differs and relift says so: ~b; nothing differs, nothing said: ~b.\n",
        [length(Unbumped), length([x || error <- Unbumped]), length([x || nothing <- Unbumped])]),
     format("Appups that people wrote: ~b; of another version than the `.app` file: ~b; a key that is no pattern: ~b.\n",
        [length(Read), length([x || #{own_version := false} <- Read]), length([x || #{no_pattern := _} <- Sides])]),
     "Other kinds, theirs and relift's: ", lists:join(", ", [format("~s and ~s ~b", [T, O, N]) || {{T, O}, N} <- Counted]), ".\n",
     "Pairs with a finding: ", lists:join(", ", [format("`~s` ~b", [Id, length([x || F <- Found, F =:= Id])]) || Id <- lists:usort(Found)]), ".\n"].

%% What `relift check` says with the appup that relift generated, and with that of people where it has an entry for the pair.
checks(Results) ->
    Checked = [C || #{checked := C} <- Results],
    Kinds = [{generated, "generated"}, {people, "people's"}],
    Count = fun(Kind, Key) -> length([x || #{Kind := Found} <- Checked, lists:member(Key, Found)]) end,
    Keys = lists:usort([Key || C <- Checked, {Kind, _} <- Kinds, Key <- maps:get(Kind, C, [])]),
    [["Checked with the ", Title, " appup: ", integer_to_list(length([x || #{Kind := _} <- Checked])), " pairs, ",
      integer_to_list(length([x || #{Kind := Found} <- Checked, lists:keymember(<<"error">>, 1, Found)])), " with errors, ",
      integer_to_list(length([x || #{Kind := Found} <- Checked, lists:keymember(<<"warning">>, 1, Found)])), " with warnings.\n"]
     || {Kind, Title} <- Kinds]
    ++ ["\n| severity | finding | pairs with the generated appup | with people's |\n|---|---|---|---|\n",
        [cells([binary_to_list(Severity), ["`", Id, "`"] | [Count(Kind, Key) || {Kind, _} <- Kinds]])
         || {Severity, Id} = Key <- Keys]].

row(Title, Results) ->
    Pairs = [R || R = #{kind := pair, verdict := V} <- Results, V =/= skipped],
    Judged = [R || R = #{missed := _} <- Pairs],
    Sides = lists:flatmap(fun sides/1, Judged),
    Rebuilt = [R || R = #{kind := rebuilt} <- Results],
    cells([Title, length(Pairs),
        format("~b, ~b, ~b", [sum(changed, Pairs), sum(added, Pairs), sum(removed, Pairs)]),
        sum(missed, Judged), sum(false, Judged),
        format("~b of ~b", [length([R || R = #{systools := accepted} <- Judged]), length(Pairs)]),
        length([R || R = #{state_refused := true} <- Pairs]),
        format("~b (~b empty)", [length(Sides), length([S || S = #{empty := true} <- Sides])]),
        format("~b (~b)", [sum(missed, Sides), sum(missed, [S || S = #{empty := true} <- Sides])]),
        format("~b (~b)", [sum(needless, Sides) + sum(unknown, Sides), sum(by_range, Sides)]),
        sum(differ, Sides), lists:sum([W || #{ways := W} <- Rebuilt]), lists:sum([W || #{with_lines := W} <- Rebuilt]),
        sum(instructions, Rebuilt)]).

pairs(Results) ->
    ["| project | from | to | compiled | changed | + | − | not covered | falsely listed | systools | relift's findings | people: missed | needless |"
     " other kind |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
     [pair(R) || R = #{kind := pair} <- Results]].

pair(#{verdict := skipped, project := Project, old := Old, new := New, why := Why}) ->
    cells([Project, Old, New, "left out: " ++ Why, "", "", "", "", "", "", "", "", "", ""]);
pair(#{project := Project, old := Old, new := New, modules := Modules, excluded := Excluded} = R) ->
    Compiled = case Excluded of [] -> format("~b", [Modules]); _ -> format("~b, not ~b", [Modules, length(Excluded)]) end,
    Sides = sides(R),
    cells([Project, Old, New, Compiled, size_of(changed, R), size_of(added, R), size_of(removed, R), size_of(missed, R),
        size_of(false, R), maps:get(systools, R, "no appup"), findings(R)
        | case Sides of
            [] -> ["–", "–", "–"];
            _ -> [sum(missed, Sides), sum(needless, Sides) + sum(unknown, Sides), sum(differ, Sides)]
        end]).

findings(#{findings := Findings}) ->
    Ids = lists:usort([Id || {_, Id} <- Findings]),
    lists:join(", ", Ids).

%% Both directions that people wrote an entry for.
sides(#{people := [_ | Sides]}) -> [S || S = #{missed := _} <- Sides];
sides(_) -> [].

size_of(Key, R) -> length(maps:get(Key, R, [])).

sum(Key, Rs) -> lists:sum([size_of(Key, R) || R <- Rs]).

cells(Cells) -> ["| ", lists:join(" | ", [text(C) || C <- Cells]), " |\n"].

text(C) when is_integer(C) -> integer_to_list(C);
text(C) when is_atom(C) -> atom_to_list(C);
text(C) -> C.

format(Format, Arguments) -> lists:flatten(io_lib:format(Format, Arguments)).

%% One line for everything that is not as it should be, and for everything where people wrote something else.
differences(Results) ->
    [[difference(R), [person(R, S) || S <- sides(R)]] || R <- Results].

difference(#{kind := rebuilt, instructions := []}) -> [];
difference(#{kind := rebuilt, project := Project, tag := Tag, instructions := Found}) ->
    format("~s ~s REBUILT ~tp~n", [Project, Tag, Found]);
difference(#{verdict := refused, project := Project, old := Old, new := New, findings := Findings}) ->
    format("~s ~s ~s REFUSED ~tp~n", [Project, Old, New, Findings]);
difference(#{unbumped := {wrong, Status, Output}, project := Project, old := Old, new := New}) ->
    format("~s ~s ~s UNBUMPED ~b ~ts~n", [Project, Old, New, Status, Output]);
difference(#{verdict := wrong, project := Project, old := Old, new := New} = R) ->
    format("~s ~s ~s WRONG missed ~tp false ~tp systools ~tp ~tp~n", [Project, Old, New | [maps:get(K, R) || K <- [missed, false, systools, systools_says]]]);
difference(_) -> [].

person(#{project := Project, old := Old, new := New}, #{direction := Direction, entry := Key} = Side) ->
    [format("~s ~s ~s ~s entry ~0tp ~s: ~0tp~n", [Project, Old, New, Direction, Key, What, maps:get(What, Side)])
     || What <- [missed, needless, by_range, unknown, differ], maps:get(What, Side, []) =/= []].
