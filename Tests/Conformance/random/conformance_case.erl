%% A case in a folder: writes its files, runs something in it, and tells what that wrote.
-module(conformance_case).
-export([write/2, resolve/2, run/4]).

-include_lib("kernel/include/file.hrl").

%% Writes the files of a case below a new folder, and gives the state of the folder for run/4.
write(Folder, Files) ->
    ok = filelib:ensure_path(filename:join(Folder, "out")),
    [write_file(filename:join(Folder, Path), Content, Mode) || {Path, Content, Mode} <- Files],
    tree(Folder).

write_file(Path, folder, _Mode) ->
    filelib:ensure_path(Path);
write_file(Path, {link, Target}, _Mode) ->
    ok = filelib:ensure_dir(Path),
    ok = file:make_symlink(Target, Path);
write_file(Path, Content, Mode) ->
    ok = filelib:ensure_dir(Path),
    ok = file:write_file(Path, bytes(Content)),
    ok = file:change_mode(Path, Mode),
    %% systools compares the times of beams and sources in seconds.
    case lists:member(filename:extension(Path), [".beam", ".erl"]) of
        true -> ok = file:change_time(Path, {{2020, 1, 1}, {0, 0, erlang:phash2(filename:basename(Path)) rem 3}});
        false -> ok
    end.

bytes({term, Term}) -> unicode:characters_to_binary(io_lib:format("~tp.~n", [Term]));
bytes({text, Text}) -> iolist_to_binary(Text);
bytes({beam, Module, Calls}) ->
    Body = [{call, 1, {remote, 1, {atom, 1, M}, {atom, 1, F}}, [{atom, 1, a} || _ <- lists:seq(1, Arity)]} || {M, F, Arity} <- Calls],
    Forms = [{attribute, 1, module, Module}, {attribute, 1, export, [{f, 0}]},
             {function, 1, f, 0, [{clause, 1, [], [], Body ++ [{atom, 1, ok}]}]}],
    case compile:forms(Forms, [deterministic]) of
        {ok, Module, Beam} -> Beam;
        %% The compiler has modules with Latin names only.
        error -> <<"no BEAM">>
    end.

%% The arguments with `{absolute, Path}` replaced.
resolve({absolute, Path}, Folder) -> filename:join(Folder, Path);
resolve(Tuple, Folder) when is_tuple(Tuple) -> list_to_tuple(resolve(tuple_to_list(Tuple), Folder));
resolve([Head | Tail], Folder) -> [resolve(Head, Folder) | resolve(Tail, Folder)];
resolve(Term, _Folder) -> Term.

%% Evaluates a function and gives its result with the files that were written meanwhile, read (as in read/2), sorted.
%% Puts the folder back into its former state.
run(Folder, Before, Dirs, Function) ->
    Result = Function(),
    After = tree(Folder),
    Changed = [Path || {Path, State} <- maps:to_list(After), element(1, State) =/= directory, maps:get(Path, Before, none) =/= State],
    Written = [{Path, conformance_files:read(filename:join(Folder, Path), Dirs)} || Path <- lists:sort(Changed)],
    [restore(filename:join(Folder, Path), maps:get(Path, Before, none)) || Path <- Changed],
    Lost = lists:sort(maps:keys(Before) -- maps:keys(After)),
    [restore(filename:join(Folder, Path), maps:get(Path, Before)) || Path <- Lost],
    {Result, Written ++ [{Path, deleted} || Path <- Lost]}.

restore(Path, none) -> ok = file:delete(Path);
restore(Path, {file, Bytes, Mode}) -> ok = file:write_file(Path, Bytes), ok = file:change_mode(Path, Mode);
restore(Path, {link, Target}) -> _ = file:delete(Path), ok = file:make_symlink(Target, Path);
restore(Path, {directory, _}) -> ok = filelib:ensure_path(Path).

%% What systools may overwrite is read whole, of other files the size counts.
tree(Folder) -> maps:from_list(tree(Folder, "")).

tree(Folder, Below) ->
    {ok, Names} = file:list_dir_all(filename:join(Folder, Below)),
    lists:append([entry(Folder, case Below of "" -> Name; _ -> filename:join(Below, Name) end) || Name <- Names]).

entry(Folder, Path) ->
    Whole = filename:join(Folder, Path),
    case file:read_link_info(Whole, [raw]) of
        {ok, #file_info{type = directory}} -> [{Path, {directory, 0}} | tree(Folder, Path)];
        {ok, #file_info{type = symlink}} -> {ok, Target} = file:read_link_all(Whole), [{Path, {link, Target}}];
        {ok, #file_info{mode = Mode, size = Size}} ->
            case lists:member(filename:extension(Path), [".script", ".boot", ".gz"]) orelse filename:basename(Path) =:= "relup" of
                true -> {ok, Bytes} = file:read_file(Whole), [{Path, {file, Bytes, Mode}}];
                false -> [{Path, {file, Size, Mode}}]
            end
    end.
