%% Makes a case with a difference small: takes away files, options and elements of lists in files for as long as
%% systools and relift still differ in the same way.
-module(conformance_shrink).
-export([show/3]).

-define(SECONDS, 20).

%% Prints the files and the call of the smallest case found, and keeps it in WORK/kept/SEED-small.
show(Work, Seed, Index) ->
    Case = conformance_generator:make(Seed, erlang:system_info(version)),
    Small = filename:join([Work, "kept", integer_to_list(Seed) ++ "-small"]),
    put(?MODULE, erlang:monotonic_time(second) + ?SECONDS),
    conformance_stock:with_order(fun() ->
            Start = {maps:get(files, Case), lists:nth(Index, maps:get(calls, Case))},
            case run(Start, Small) of
                same -> io:format("seed ~p, call ~p: no difference when it is the only call~n", [Seed, Index]);
                Kind ->
                    {Files, Call} = shrink(Start, Kind, Small),
                    _ = run({Files, Call}, Small),
                    io:format("~nseed ~p, call ~p, as small as found (~ts):~n", [Seed, Index, Small]),
                    [io:format("  ~ts: ~ts~n", [Path, text(Content)]) || {Path, Content, _} <- Files],
                    io:format("  call ~ts~n", [text(Call)]),
                    {stock, {_, Theirs}} = get(conformance_stock_answer),
                    {relift, Ours} = get(conformance_relift_answer),
                    io:format("  stock:  ~ts~n  relift: ~ts~n", [text(Theirs), text(Ours)])
            end
        end).

text(Term) -> string:slice(io_lib:format("~0tp", [Term]), 0, 1500).

%% `same`, or what kind of difference there is.
run({Files, Call}, Folder) ->
    _ = file:del_dir_r(Folder),
    try
        Before = conformance_case:write(Folder, Files),
        {Resolved, Theirs} = conformance_random:stock(Folder, Before, Call),
        Ours = conformance_random:relift(Folder, Before, Resolved),
        put(conformance_stock_answer, {stock, {Resolved, Theirs}}),
        put(conformance_relift_answer, {relift, Ours}),
        case conformance_random:compare(Call, Theirs, Ours) of
            {different, {What, _}} ->
                {What, conformance_random:shape(element(1, Theirs)), conformance_random:shape(element(1, Ours))};
            _ -> same
        end
    catch error:_ -> same
    end.

shrink(State, Kind, Folder) ->
    case first(smaller(State), Kind, Folder) of
        none -> State;
        Smaller -> shrink(Smaller, Kind, Folder)
    end.

first([Candidate | Rest], Kind, Folder) ->
    case erlang:monotonic_time(second) > get(?MODULE) of
        true -> none;
        false ->
            case run(Candidate(), Folder) of
                Kind -> Candidate();
                _ -> first(Rest, Kind, Folder)
            end
    end;
first([], _, _) -> none.

%% Candidates, big steps first, as functions.
smaller({Files, {Function, Args}}) ->
    [fun() -> {Files -- Part, {Function, Args}} end || Part <- parts(Files, length(Files) div 2)]
        ++ [fun() -> {Files, {Function, Smaller}} end || Smaller <- inside_one(Args), is_silent(Args) =:= is_silent(Smaller)]
        ++ [fun() -> {replace(Files, File, {Path, {term, Term}, Mode}), {Function, Args}} end
            || {Path, {term, Whole}, Mode} = File <- Files, Term <- without_one(Whole)].

%% The list in pieces of a size, then in pieces of half that size and so on.
parts(_, 0) -> [];
parts(List, Size) -> pieces(List, Size) ++ parts(List, Size div 2).

pieces(List, Size) when length(List) > Size -> {Piece, Rest} = lists:split(Size, List), [Piece | pieces(Rest, Size)];
pieces(List, _) -> [List].

is_silent(Args) -> is_list(lists:last([[] | Args])) andalso lists:member(silent, lists:last([[] | Args])).

replace(Files, Old, New) -> [case File of Old -> New; _ -> File end || File <- Files].

%% The term with one element of one of its lists taken away, outer lists first. Texts stay whole.
without_one([_ | _] = List) ->
    case is_proper(List) andalso not io_lib:printable_unicode_list(List) of
        true ->
            [remove(Index, List) || Index <- lists:seq(1, length(List))] ++ inside_one(List);
        false -> []
    end;
without_one(Tuple) when is_tuple(Tuple) ->
    [setelement(Index, Tuple, Smaller) || Index <- lists:seq(1, tuple_size(Tuple)), Smaller <- without_one(element(Index, Tuple))];
without_one(_) -> [].

inside_one(List) ->
    [put_at(Index, Smaller, List) || Index <- lists:seq(1, length(List)), Smaller <- without_one(lists:nth(Index, List))].

is_proper(List) -> try length(List) of _ -> true catch error:_ -> false end.

remove(Index, List) -> {Before, [_ | After]} = lists:split(Index - 1, List), Before ++ After.
put_at(Index, Element, List) -> {Before, [_ | After]} = lists:split(Index - 1, List), Before ++ [Element | After].
