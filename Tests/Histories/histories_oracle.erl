%% Which modules of two versions really differ: decided by OTP's own disassembler, and by nothing of relift's.
-module(histories_oracle).
-export([digests/1, difference/2]).

%% The digest of what every object file of a folder can do, by module. The files are to be compiled without debug
%% information and with +deterministic; what the same behaviour may be written with is taken out here: the order of
%% functions, the numbers of labels, lines (those of `?LOCATION` in log messages among them), hashes of funs, and the
%% attributes that only tools read.
%% Every folder is read once.
digests(Folder) ->
    case persistent_term:get({?MODULE, Folder}, none) of
        none ->
            Digests = maps:from_list([digest(File) || File <- filelib:wildcard(filename:join(Folder, "*.beam"))]),
            persistent_term:put({?MODULE, Folder}, Digests),
            Digests;
        Digests -> Digests
    end.

%% {Changed, Added, Removed} on the way from one version's digests to the other's.
difference(Old, New) ->
    Changed = [Module || {Module, Digest} <- lists:sort(maps:to_list(New)), maps:get(Module, Old, Digest) =/= Digest],
    {Changed, lists:sort(maps:keys(New) -- maps:keys(Old)), lists:sort(maps:keys(Old) -- maps:keys(New))}.

digest(File) ->
    {beam_file, Module, Exports, Attributes, _Compiled, Functions} = beam_disasm:file(File),
    Code = [{Name, Arity, function(Instructions)} || {function, Name, Arity, _Entry, Instructions} <- Functions],
    Names = lists:sort([{Name, Arity} || {Name, Arity, _Label} <- Exports]),
    Parts = {Names, lists:sort([A || {Key, _} = A <- Attributes, not lists:member(Key, [vsn, dialyzer])]), lists:sort(Code)},
    {Module, crypto:hash(sha256, term_to_binary(Parts, [deterministic]))}.

%% Labels are numbered from 1 in every function.
function(Instructions) ->
    Labels = [Label || {label, Label} <- Instructions],
    Numbers = maps:from_list(lists:zip(Labels, lists:seq(1, length(Labels)))),
    [plain(I, Numbers) || I <- Instructions, not (is_tuple(I) andalso element(1, I) =:= line)].

plain({label, Label}, Numbers) -> {label, maps:get(Label, Numbers)};
plain({f, Label}, Numbers) -> {f, maps:get(Label, Numbers, Label)};
plain({literal, Literal}, _) -> {literal, no_place(Literal)};
plain({make_fun2, Fun, _Index, _Hash, Free}, _) -> {make_fun, Fun, Free};
plain({make_fun3, Fun, _Index, _Hash, To, Environment}, Numbers) -> {make_fun, Fun, To, plain(Environment, Numbers)};
plain(Tuple, Numbers) when is_tuple(Tuple) -> list_to_tuple(plain(tuple_to_list(Tuple), Numbers));
plain([Head | Tail], Numbers) -> [plain(Head, Numbers) | plain(Tail, Numbers)];
plain(Other, _) -> Other.

%% A literal without the place in the source that it names.
no_place(#{mfa := {_, _, _}, file := _, line := _} = Map) -> Map#{file := "", line := 0};
no_place(Map) when is_map(Map) -> maps:map(fun(_, Value) -> no_place(Value) end, Map);
no_place(Tuple) when is_tuple(Tuple) -> list_to_tuple(no_place(tuple_to_list(Tuple)));
no_place([Head | Tail]) -> [no_place(Head) | no_place(Tail)];
no_place(Other) -> Other.
