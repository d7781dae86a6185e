%% Puts a project as it is in its repository into a folder, ready to be built without a network.
-module(projects_setup).
-export([make/4]).

make(Name, Options, Mirror, Work) ->
    Top = filename:join(Work, atom_to_list(Name)),
    _ = file:del_dir_r(Top),
    #{source := Source, commit := Commit} = Options,
    fetch(Source, Commit, Top, Mirror),
    Folder = filename:join(Top, maps:get(folder, Options, ".")),
    [fetch(From, At, filename:join([Folder, "_checkouts", atom_to_list(App)]), Mirror)
        || {App, From, At} <- maps:get(checkouts, Options, [])],
    [stub(Stub, filename:join(Folder, "_checkouts")) || Stub <- maps:get(stubs, Options, [])],
    [hollow(atom_to_list(App), Folder) || App <- maps:get(hollow, Options, [])],
    [write(filename:join(Folder, Path), Text) || {Path, Text} <- maps:get(files, Options, [])],
    Checkouts = [list_to_atom(filename:basename(Path)) || Path <- filelib:wildcard(filename:join(Folder, "_checkouts/*"))],
    [replace(filename:join(Folder, File), From, To) || {File, From, To} <- maps:get(replace, Options, [])],
    configure(Folder, Checkouts, maps:get(overlay, Options, [])),
    Folder.

%% With its history: a version may come from git.
fetch(Source, Commit, Folder, Mirror) ->
    From = case Mirror of
        "" -> "https://github.com/" ++ Source;
        _ -> filename:join([Mirror, lists:flatten(string:replace(Source, "/", "+")), "repo"])
    end,
    ok = filelib:ensure_dir(Folder),
    [case projects:command(".", "git", Arguments, []) of
        {0, _} -> ok;
        {_, Output} -> throw({failed, "git", Output})
    end || Arguments <- [["clone", "-q", "--no-checkout", From, Folder], ["-C", Folder, "checkout", "-q", Commit]]].

%% An application with nothing in it but files of these names.
stub({App, Files}, Folder) ->
    stub(App, Folder),
    [write(filename:join([Folder, atom_to_list(App), File]), "") || File <- Files];
stub(App, Folder) ->
    write(filename:join([Folder, atom_to_list(App), "src", atom_to_list(App) ++ ".app.src"]),
        io_lib:format("~p.~n", [{application, App, [{description, "stands in"}, {vsn, "1.0.0"}, {registered, []},
            {applications, [kernel, stdlib]}]}])).

%% The application with its own resource file, and in place of its code a process that does nothing.
hollow(App, Folder) ->
    [Source] = lists:append([filelib:wildcard(filename:join([Folder, Place, "src", App ++ ".app.src"]))
        || Place <- [".", "apps/*", "lib/*"]]),
    {ok, [{application, _, Properties}]} = file:consult(Source),
    [ok = file:delete(File) || File <- filelib:wildcard(filename:join(filename:dirname(Source), "**/*.erl"))],
    [file:delete(filename:join([Folder, Place, App, "rebar.config"])) || Place <- ["apps", "lib"]],
    case proplists:get_value(mod, Properties) of
        undefined -> ok;
        {Module, _} ->
            write(filename:join(filename:dirname(Source), atom_to_list(Module) ++ ".erl"), io_lib:format(
                "-module(~p).~n-behaviour(application).~n-export([start/2, stop/1]).~n"
                "start(_, _) -> {ok, spawn_link(timer, sleep, [infinity])}.~nstop(_) -> ok.~n", [Module]))
    end.

replace(File, From, To) ->
    {ok, Text} = file:read_file(File),
    [_, _] = Parts = string:split(Text, From, all),
    ok = file:write_file(File, lists:join(To, Parts)).

configure(Folder, Checkouts, Overlay) ->
    File = filename:join(Folder, "rebar.config"),
    {ok, Terms} = file:consult(File),
    Dropped = [plugins, project_plugins, provider_hooks, pre_hooks, post_hooks, deps, overrides, minimum_otp_vsn,
        scuttler],
    Kept = [{deps, Checkouts} | [more(Term, Overlay) || Term <- Terms, not lists:member(element(1, Term), Dropped)]],
    write(File, [io_lib:format("~p.~n", [without_transforms(Term)]) || Term <- Kept]),
    _ = file:delete(filename:join(Folder, "rebar.lock")),
    ok.

more({relx, Settings}, [_ | _] = Steps) ->
    {relx, [case Setting of {overlay, Own} -> {overlay, Own ++ Steps}; _ -> Setting end || Setting <- Settings]};
more(Term, _) -> Term.

%% Parse transforms come from dependencies.
without_transforms({erl_opts, Options}) -> {erl_opts, [O || O <- Options, not is_tuple(O) orelse element(1, O) =/= parse_transform]};
without_transforms(Term) -> Term.

write(File, Text) ->
    ok = filelib:ensure_dir(File),
    ok = file:write_file(File, unicode:characters_to_binary(Text)),
    case Text of "#!" ++ _ -> ok = file:change_mode(File, 8#755); _ -> ok end.
