%% Builds each project twice, compares what came out, and starts both. Writes tables to WORK/results.md.
-module(projects).
-export([main/1, command/4]).

main([Config, Relift, Mirror, Work | Names]) ->
    {ok, All} = file:consult(Config),
    Unknown = Names -- [atom_to_list(Name) || {Name, _} <- All],
    Unknown =:= [] orelse stop(64, "there is no project ~ts", [lists:join(", ", Unknown)]),
    Chosen = [Project || {Name, _} = Project <- All, Names =:= [] orelse lists:member(atom_to_list(Name), Names)],
    Results = [result(Name, maps:from_list(Options), Relift, Mirror, Work) || {Name, Options} <- Chosen],
    %% With the last results of those that were not tried now.
    Known = [{Name, Result} || {Name, _} <- All, {ok, [Result]} <- [file:consult(saved(Name, Work))]],
    ok = file:write_file(filename:join(Work, "results.md"), unicode:characters_to_binary(projects_report:tables(Known))),
    Bad = [Name || {Name, Result} <- Results, not projects_report:is_good(Result)],
    Bad =:= [] orelse stop(1, "not as they should be: ~ts", [lists:join(", ", [atom_to_list(N) || N <- Bad])]),
    halt(0).

saved(Name, Work) -> filename:join([Work, "results", atom_to_list(Name)]).

result(Name, Options, Relift, Mirror, Work) ->
    Started = erlang:monotonic_time(second),
    Result = project(Name, Options, Relift, Mirror, Work),
    io:format("~ts: ~ts, ~b s~n", [Name, case projects_report:is_good(Result) of true -> "good"; false -> "not good" end,
        erlang:monotonic_time(second) - Started]),
    ok = filelib:ensure_dir(saved(Name, Work)),
    ok = file:write_file(saved(Name, Work), unicode:characters_to_binary(io_lib:format("~tp.~n", [Result]))),
    {Name, Result}.

project(Name, Options, Relift, Mirror, Work) ->
    Profile = maps:get(profile, Options, "default"),
    try
        Folder = projects_setup:make(Name, Options, Mirror, Work),
        _ = build(Folder, "rebar3", ["as", Profile, "do", "release,", "tar"]),
        Said = build(Folder, Relift, ["build", "--output", "out" | ["--profile=" ++ Profile || Profile =/= "default"]]),
        Release = atom_to_list(maps:get(name, Options, Name)),
        Theirs = filename:join([Folder, "_build", Profile, "rel", Release]),
        Ours = filename:join([Folder, "out", Release]),
        Compared = projects_compare:releases(Theirs, Ours),
        Environment = maps:get(environment, Options, []),
        Compared#{said => Said, boots => [{Who, projects_boot:answers(Root, Release, Environment)}
            || {Who, Root} <- [{rebar3, Theirs}, {relift, Ours}]]}
    catch
        throw:{failed, What, Output} ->
            io:format("  ~ts failed:~n~ts~n", [What, Output]),
            #{failed => What};
        Class:Reason:Stack ->
            io:format("  ~p:~p ~p~n", [Class, Reason, Stack]),
            #{failed => "comparing"}
    end.

build(Folder, Program, Arguments) ->
    case command(Folder, Program, Arguments, [{"CI", "1"}, {"ERL_LIBS", false}, {"REBAR_PROFILE", false}]) of
        {0, Output} -> Output;
        {_, Output} -> throw({failed, filename:basename(Program), Output})
    end.

%% Runs a program; `{Status, Output}` with both its streams.
command(Folder, Program, Arguments, Environment) ->
    Path = case filename:pathtype(Program) of absolute -> Program; _ -> os:find_executable(Program) end,
    Port = open_port({spawn_executable, Path}, [{args, Arguments}, {cd, Folder}, {env, Environment}, exit_status,
        stderr_to_stdout, binary, use_stdio]),
    collect(Port, []).

collect(Port, Output) ->
    receive
        {Port, {data, Data}} -> collect(Port, [Output, Data]);
        {Port, {exit_status, Status}} -> {Status, iolist_to_binary(Output)}
    after 120000 ->
        {os_pid, Process} = erlang:port_info(Port, os_pid),
        _ = os:cmd("kill " ++ integer_to_list(Process)),
        {timeout, iolist_to_binary(Output)}
    end.

stop(Status, Format, Values) ->
    io:format(standard_error, "projects: " ++ Format ++ "~n", Values),
    halt(Status).
