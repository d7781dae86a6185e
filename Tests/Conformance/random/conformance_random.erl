%% Compares relift with the systools of this OTP over random releases.
%%   conformance_random:main(["WORK", "FIRST", "COUNT"])     $RELIFT is the program
%% Differences stay as folders below WORK/kept; the first ones are made small (module conformance_shrink).
-module(conformance_random).
-export([main/1, stock/3, relift/3, compare/3, shape/1]).

-define(CHUNK, 20).
-define(SHOWN, 12).
-define(SHRUNK, 3).

main([Work, First, Count]) ->
    ok = filelib:ensure_path(Work),
    true = code:set_path([filename:dirname(code:which(?MODULE)) | [code:lib_dir(App, ebin) || App <- [kernel, stdlib, sasl, compiler, tools]]]),
    case ask(make_script, ["nowhere", [silent, {code_path, []}, {cwd, "/"}]]) of
        {error, systools_make, _} -> ok;
        Strange -> io:format("relift does not answer as systools: ~tp~n", [Strange]), halt(2)
    end,
    Start = erlang:monotonic_time(millisecond),
    Seeds = lists:seq(list_to_integer(First), list_to_integer(First) + list_to_integer(Count) - 1),
    Outcomes = lists:append([chunk(Work, Chunk) || Chunk <- chunks(Seeds)]),
    Seconds = (erlang:monotonic_time(millisecond) - Start) div 1000,
    halt(report(Work, Outcomes, length(Seeds), Seconds)).

chunks(Seeds) when length(Seeds) > ?CHUNK ->
    {Chunk, Rest} = lists:split(?CHUNK, Seeds),
    [Chunk | chunks(Rest)];
chunks(Seeds) -> [Seeds].

%% For each call {Seed, Index, Function, Shape, Comparison}: Shape is the word that tells what systools answered.
chunk(Work, Seeds) ->
    Erts = erlang:system_info(version),
    Cases = [begin
        Case = conformance_generator:make(Seed, Erts),
        Folder = filename:join(Work, "case-" ++ integer_to_list(Seed)),
        _ = file:del_dir_r(Folder),
        Before = conformance_case:write(Folder, maps:get(files, Case)),
        {Seed, {Folder, Before}, maps:get(calls, Case)}
    end || Seed <- Seeds],
    Ordered = conformance_stock:with_order(fun() ->
        [{Seed, Place, [stock(Folder, Before, Call) || Call <- Calls]} || {Seed, {Folder, Before} = Place, Calls} <- Cases]
    end),
    Hashed = [[hashed(Folder, Before, Call) || {Call, _} <- Calls] || {_, {Folder, Before}, Calls} <- Ordered],
    Outcomes = [judge(Work, Case, Other) || {Case, Other} <- lists:zip(Ordered, Hashed)],
    lists:append(Outcomes).

judge(Work, {Seed, {Folder, Before}, Calls}, Hashed) ->
    Outcomes = [begin
        Ours = relift(Folder, Before, Call),
        Comparison = case order_is_all(Theirs, Other) of
            true -> compare_in_any_order(Folder, Before, Call, Theirs, Ours);
            false -> {different, {oracle, Other}}
        end,
        {Seed, Index, element(1, Call), shape(element(1, Theirs)), Comparison, Call, Theirs, Ours}
    end || {Index, {Call, Theirs}, Other} <- lists:zip3(lists:seq(1, length(Calls)), Calls, Hashed)],
    case [Outcome || {_, _, _, _, {different, _}, _, _, _} = Outcome <- Outcomes] of
        [] -> file:del_dir_r(Folder);
        Different ->
            Kept = filename:join([Work, "kept", integer_to_list(Seed)]),
            ok = filelib:ensure_dir(Kept),
            _ = file:del_dir_r(Kept),
            ok = file:rename(Folder, Kept),
            ok = file:write_file(Kept ++ ".txt", unicode:characters_to_binary([describe(D) || D <- Different]))
    end,
    ok = file:set_cwd(Work),
    [{S, I, F, W, C} || {S, I, F, W, C, _, _, _} <- Outcomes].

describe({_, Index, _, _, {different, Place}, {Function, Args}, Theirs, Ours}) ->
    io_lib:format("call ~p: ~p~n  ~tp~ndifference: ~tp~nstock: ~tp~nrelift: ~tp~n~n", [Index, Function, Args, Place, Theirs, Ours]).

%% ---- Calls ----

%% The call with its arguments resolved, and its result: {Answer, Written}.
stock(Folder, Before, {Function, Args0}) ->
    ok = file:set_cwd(Folder),
    Args = boots(conformance_case:resolve(Args0, Folder)),
    {{Function, Args}, conformance_case:run(Folder, Before, free(Args), fun() -> conformance_stock:call(Function, Args) end)}.

%% The same with the untouched systools_rc, where that can make a difference.
hashed(Folder, Before, {Function, Args}) when Function =:= make_relup; Function =:= translate_scripts ->
    ok = file:set_cwd(Folder),
    conformance_case:run(Folder, Before, free(Args), fun() -> conformance_stock:call(Function, Args) end);
hashed(_, _, _) -> none.

relift(Folder, Before, {Function, Args}) ->
    ok = file:set_cwd(Folder),
    Asked = case lists:member(Function, [make_script, make_tar, make_relup]) of
        true -> lists:droplast(Args) ++ [lists:last(Args) ++ [{code_path, code:get_path()}, {cwd, Folder}]];
        false -> Args
    end,
    conformance_case:run(Folder, Before, free(Args), fun() ->
        try ask(Function, Asked) of
            %% systools_make catches what make_hybrid_boot raises.
            {'EXIT', Reason} when Function =/= make_hybrid_boot -> {raised, without_stack(Reason)};
            Answer -> Answer
        catch error:Reason -> {failed, Reason}
        end
    end).

%% One program answers all calls; a new one is started after it failed.
ask(Function, Args) ->
    Port = case get(relift) of
        undefined -> relift_port:open();
        Open -> Open
    end,
    erase(relift),
    Answer = relift_port:ask(Port, Function, Args),
    put(relift, Port),
    Answer.

without_stack({Reason, Stack}) when is_list(Stack) ->
    case lists:all(fun(Entry) -> is_tuple(Entry) andalso tuple_size(Entry) >= 3 end, Stack) of
        true -> Reason;
        false -> {Reason, Stack}
    end;
without_stack(Reason) -> Reason.

%% The boot files that a hybrid one is made of come from the stock systools.
boots([Version, {boot, Old, OldGap}, {boot, New, NewGap}, Args]) -> [Version, boot(Old, OldGap), boot(New, NewGap), Args];
boots(Args) -> Args.

boot(Release, Gap) ->
    Script = try systools:make_script(Release, [silent, {path, ["lib/*/ebin"]}, {outdir, "out"}, {script_name, "hybrid-part"}]) of
        {ok, _, _} -> {ok, Bytes} = file:read_file("out/hybrid-part.boot"), binary_to_term(Bytes);
        _ -> {script, {"t", "1"}, [{progress, started}]}
    catch error:_ -> {script, {"t", "1"}, []}
    after
        [file:delete("out/hybrid-part" ++ Extension) || Extension <- [".boot", ".script"]]
    end,
    term_to_binary(without_command(Script, Gap)).

without_command({script, Name, Commands}, Gap) when is_integer(Gap), Gap < length(Commands) ->
    {Before, [_ | After]} = lists:split(Gap, Commands),
    {script, Name, Before ++ After};
without_command(Script, _) -> Script.

%% Folders of applications whose order in an archive is the one of the directory.
free(Args) ->
    Dirs = try proplists:get_value(dirs, lists:last(Args), []) catch error:_ -> [] end,
    ["priv" | [atom_to_list(Dir) || is_list(Dirs), Dir <- Dirs, is_atom(Dir)]].

%% ---- Comparing ----

%% A `*` in the search path stands for folders in the order of the file system for systools, alphabetically for
%% relift. If they differ, relift is asked again with the folders in systools' order.
compare_in_any_order(Folder, Before, {Function, Args} = Call, Theirs, Ours) ->
    case {compare(Call, Theirs, Ours), expanded(Folder, Function, Args)} of
        {{different, _} = Different, Expanded} when Expanded =/= Args ->
            case compare(Call, Theirs, relift(Folder, Before, {Function, Expanded})) of
                {different, _} -> Different;
                _ -> same_but_search_order
            end;
        {Comparison, _} -> Comparison
    end.

expanded(Folder, Function, Args) when Function =:= make_script; Function =:= make_tar; Function =:= make_relup ->
    ok = file:set_cwd(Folder),
    lists:droplast(Args) ++ [[case Option of
        {path, [_ | _] = Path} when is_list(hd(Path)) -> {path, systools_lib:get_path(Path)};
        _ -> Option
    end || Option <- lists:last(Args)]];
expanded(_, _, Args) -> Args.

%% `same`, `same_but_message` (the text of a parser's message aside) or {different, Place}.
compare(_Call, {timeout, _}, _Ours) -> timeout;
compare(_Call, {Theirs, Wrote}, {Ours, WeWrote}) ->
    case {plain(Theirs), plain(Ours)} of
        {Same, Same} ->
            case {Wrote, WeWrote} of
                {Files, Files} -> same;
                _ -> case {without_bytes(Wrote), without_bytes(WeWrote)} of
                    {Files, Files} -> same_but_layout;
                    %% After an error systools leaves what it wrote first; relift writes all or nothing.
                    {_, []} when element(1, Ours) =:= error -> same_but_leftovers;
                    {Left, Right} -> {different, {files, difference(Left, Right)}}
                end
            end;
        {Left, Right} ->
            case {without_messages(Left), without_messages(Right)} of
                {Same, Same} when Wrote =:= WeWrote -> same_but_message;
                _ -> {different, {answer, difference(Left, Right)}}
            end
    end.

%% The terms of text files count, and how they are laid out is counted.
without_bytes(Files) ->
    [case File of {Path, {Kind, Term, _}} -> {Path, {Kind, Term}}; _ -> File end || File <- Files].

%% The stacks of crashes cannot be compared.
plain({'EXIT', {Reason, Stack}}) when is_list(Stack) -> {'EXIT', {plain(Reason), stack}};
plain({error, Module, {Reason, [{_, _, _, _} | _]}}) -> {error, Module, {Reason, stack}};
plain({error, Module, {Reason, []}}) -> {error, Module, {Reason, stack}};
%% Which of several broken files is met first is the order of the file system.
plain({not_a_beam_file, File}) when is_atom(File) -> {not_a_beam_file, atom};
plain({not_a_beam_file, File}) when is_list(File) -> {not_a_beam_file, text};
plain(Tuple) when is_tuple(Tuple) -> list_to_tuple([plain(Element) || Element <- tuple_to_list(Tuple)]);
plain([Head | Tail]) -> [plain(Head) | plain(Tail)];
plain(Term) -> Term.

without_messages({parse, File, {Line, _Module, _Message}}) -> {parse, File, Line};
without_messages({error, {Line, Module, _Message}}) when Module =:= erl_parse; Module =:= erl_scan -> {error, Line};
without_messages({parse_error, {File, Line, _Message}}) -> {parse_error, {File, Line}};
without_messages(Tuple) when is_tuple(Tuple) -> list_to_tuple([without_messages(Element) || Element <- tuple_to_list(Tuple)]);
without_messages([Head | Tail]) -> [without_messages(Head) | without_messages(Tail)];
without_messages(Term) -> Term.

%% The first place where two terms differ: {Path, Left, Right}.
difference(Left, Right) -> difference(Left, Right, []).

difference(Left, Right, Path) when is_tuple(Left), is_tuple(Right), tuple_size(Left) =:= tuple_size(Right) ->
    elements(tuple_to_list(Left), tuple_to_list(Right), 1, Path);
difference([_ | _] = Left, [_ | _] = Right, Path) ->
    case {io_lib:printable_unicode_list(Left), io_lib:printable_unicode_list(Right)} of
        {false, false} -> elements(Left, Right, 1, Path);
        _ -> {lists:reverse(Path), Left, Right}
    end;
difference(Left, Right, Path) -> {lists:reverse(Path), Left, Right}.

elements([Same | Left], [Same | Right], Index, Path) -> elements(Left, Right, Index + 1, Path);
elements([Left | _], [Right | _], Index, Path) -> difference(Left, Right, [Index | Path]);
elements(Left, Right, Index, Path) -> {lists:reverse([Index | Path]), Left, Right}.

%% The ordered answers are the stock ones but for the order: the same pieces, the same files.
order_is_all(_, none) -> true;
order_is_all({Ordered, Files}, {Hashed, HashedFiles}) ->
    case {Ordered, Hashed} of
        {Same, Same} -> true;
        {{ok, One, systools_relup, Warnings}, {ok, Other, systools_relup, Warnings}} ->
            conformance_stock:parts(One) =:= conformance_stock:parts(Other)
                andalso [Path || {Path, _} <- Files] =:= [Path || {Path, _} <- HashedFiles];
        {{ok, One}, {ok, Other}} -> conformance_stock:parts(One) =:= conformance_stock:parts(Other);
        %% Which module of a block is missed first is left to hashing.
        {{error, systools_rc, {no_such_module, _}}, {error, systools_rc, {no_such_module, _}}} -> true;
        {{error, systools_rc, {undef_module, _}}, {error, systools_rc, {undef_module, _}}} -> true;
        _ -> plain(Ordered) =:= plain(Hashed)
    end.

%% The word that tells what kind of answer this is.
shape({error, _, Reason}) -> shape(Reason, 3);
shape({error, Reason}) -> shape(Reason, 3);
shape({raised, Reason}) -> "raises " ++ shape(Reason, 2);
shape(Tuple) when is_tuple(Tuple) -> atom_to_list(element(1, Tuple));
shape(Atom) when is_atom(Atom) -> atom_to_list(Atom).

shape(Reason, Depth) when is_tuple(Reason), Depth > 0, tuple_size(Reason) > 0 ->
    case element(1, Reason) of
        Word when Word =:= error_reading; Word =:= file_problem; Word =:= tar_error; Word =:= error_add_appl; Word =:= 'EXIT' ->
            atom_to_list(Word) ++ " " ++ shape(element(tuple_size(Reason), Reason), Depth - 1);
        Atom when is_atom(Atom) ->
            case tuple_size(Reason) of
                2 when is_tuple(element(2, Reason)) -> shape(element(2, Reason), 0, atom_to_list(Atom));
                _ -> atom_to_list(Atom)
            end;
        Other -> shape(Other, Depth - 1)
    end;
shape([Reason | _], Depth) when Depth > 0, not is_integer(Reason) -> shape(Reason, Depth);
shape(Atom, _) when is_atom(Atom) -> atom_to_list(Atom);
shape(_, _) -> "...".

shape(_, _, Word) -> Word.

%% ---- Report ----

report(Work, Outcomes, Pairs, Seconds) ->
    io:format("~nOTP ~ts, ~p random release pairs, ~p calls, ~p s~n", [erlang:system_info(otp_release), Pairs, length(Outcomes), Seconds]),
    io:format("~-18ts ~8ts ~8ts ~8ts ~10ts~n", ["function", "calls", "answer ok", "same", "different"]),
    [begin
        Calls = [O || {_, _, F, _, _} = O <- Outcomes, F =:= Function],
        io:format("~-18ts ~8w ~8w ~8w ~10w~n", [atom_to_list(Function), length(Calls), count(fun({_, _, _, W, _}) -> W =:= "ok" end, Calls),
            count(fun({_, _, _, _, C}) -> not is_different(C) end, Calls), count(fun({_, _, _, _, C}) -> is_different(C) end, Calls)])
    end || Function <- lists:usort([F || {_, _, F, _, _} <- Outcomes])],
    io:format("same but for the text of a parser's message: ~p; same terms in another layout: ~p; "
        "same after `*` in the search path was put into the order of the file system: ~p; only systools leaves files after an error: ~p; systools did not end: ~p~n",
        [count(fun({_, _, _, _, C}) -> C =:= Kind end, Outcomes) || Kind <- [same_but_message, same_but_layout, same_but_search_order, same_but_leftovers, timeout]]),
    Shapes = lists:foldl(fun({_, _, _, Shape, _}, Counts) -> maps:update_with(Shape, fun(N) -> N + 1 end, 1, Counts) end, #{}, Outcomes),
    io:format("kinds of answers: ~ts~n", [lists:join(", ", [io_lib:format("~ts ~p", [Shape, N]) || {Shape, N} <- lists:sort(maps:to_list(Shapes))])]),
    Different = [O || {_, _, _, _, C} = O <- Outcomes, is_different(C)],
    [io:format("~nseed ~p, call ~p, ~p: ~ts~n  folder ~ts~n", [Seed, Index, Function, short(Place), filename:join([Work, "kept", integer_to_list(Seed)])])
     || {Seed, Index, Function, _, {different, Place}} <- lists:sublist(Different, ?SHOWN)],
    [conformance_shrink:show(Work, Seed, Index) || {Seed, Index, _, _, {different, {What, _}}} <- lists:sublist(Different, ?SHRUNK), What =/= oracle],
    case Different of [] -> 0; _ -> 1 end.

count(Predicate, List) -> length(lists:filter(Predicate, List)).

is_different({different, _}) -> true;
is_different(_) -> false.

short({What, {Path, Left, Right}}) ->
    io_lib:format("~p differs at ~w~n  stock:  ~ts~n  relift: ~ts", [What, Path, cut(Left), cut(Right)]);
short(Other) -> cut(Other).

cut(Term) -> string:slice(io_lib:format("~0tp", [Term]), 0, 400).
