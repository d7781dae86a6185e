%% Makes random release pairs: case(Seed, Erts) is a map of `files`, [{Path, Content, Mode}] relative to the folder of
%% the case, and `calls`, [{Function, Args}]. Content is {term, Term}, {text, IoData}, {beam, Module, Calls}, folder
%% or {link, Target}. The same seed gives the same case in every OTP release.
%%
%% Half of the cases are sound; in the others every choice may go wrong with a likelihood of some per mille.
-module(conformance_generator).
-export([make/2]).

-import(conformance_chance, [chance/1, pick/1, some/2, shuffle/1, below/1, faulty/0]).

-record(app, {name, old, new, fate, old_modules = [], new_modules = [], uses = [], optional = [], includes = [], more = []}).

make(Seed, Erts) ->
    conformance_chance:seed(Seed, element(1 + Seed rem 4, {0, 0, 6, 25})),
    Kind = pick([plain, plain, plain, tar, tar, beams, sources]),
    World = world(Kind, Erts),
    Apps = maps:get(apps, World),
    {Old, New, Middle} = releases(World),
    Folder = pick(["", "", "", "rels/"]),
    Files = lists:append([base_files(Base, World) || Base <- maps:get(base, World)])
        ++ [{"lib/kernel" ++ Suffix ++ "/ebin/" ++ atom_to_list(M) ++ ".beam", {text, "kernel"}, 8#644}
            || Kind =/= plain, Suffix <- ["", "-9.1"], M <- maps:get(base_modules, World)]
        ++ [base_appup(Base) || {_, O, N} = Base <- maps:get(base, World), O =/= N]
        ++ lists:append([app_files(App, World) || App <- Apps])
        ++ [rel_file(Folder ++ "old.rel", Old), rel_file(Folder ++ "new.rel", New), rel_file(Folder ++ "middle.rel", Middle)]
        ++ system_files(Kind, New, Folder),
    #{seed => Seed, files => lists:append([damaged_file(File) || File <- drop_duplicates(Files)]),
      calls => calls(World, Folder)}.

%% A path occurs once; the first one counts.
drop_duplicates(Files) ->
    {Kept, _} = lists:foldl(fun({Path, _, _} = File, {Kept, Seen}) ->
        case maps:is_key(Path, Seen) of
            true -> {Kept, Seen};
            false -> {[File | Kept], Seen#{Path => true}}
        end
    end, {[], #{}}, Files),
    lists:reverse(Kept).

%% ---- The world ----

world(Kind, Erts) ->
    Names = names(),
    Apps0 = include([app(Index, Name, Names, Kind) || {Index, Name} <- lists:enumerate(Names)]),
    Apps = [clash(App) || App <- Apps0],
    %% The installed applications are big, so they are rarely packed and never searched for calls.
    Base = case chance(case Kind of plain -> 10; beams -> 0; _ -> 1 end) of
        true -> real;
        _ -> [base(Name, Kind) || Name <- [kernel, stdlib, sasl]]
    end,
    Major = hd(string:split(Erts, ".")),
    OtherErts = pick([Erts, Erts, Erts, Erts, Major ++ ".9", Major ++ ".0.1"]),
    #{kind => Kind, apps => Apps, names => Names, base => case Base of real -> []; _ -> Base end, real => Base =:= real,
      erts => {OtherErts, Erts}, base_modules => case Kind of beams -> []; _ -> [kernel, file, lists, zz] end,
      chosen_up => chosen(Apps, up), chosen_down => chosen(Apps, down)}.

names() ->
    Usual = [alfa, bravo, charlie, delta, echo, foxtrot, golf, hotel],
    Names = lists:sublist(Usual, 1 + below(length(Usual))),
    case chance(8) of
        true -> [pick(['with-dash', 'Upper', 'two words', 'mysasl', list_to_atom([252, 109])]) | Names];
        false -> Names
    end.

base(Name, _Kind) ->
    Version = pick(["3.0", "8.5", "2.1"]),
    {Name, Version, case chance(6) of true -> "9.1"; false -> Version end}.

app(Index, Name, Names, Kind) ->
    Fate = pick([same, same, changed, changed, changed, changed, added, removed]),
    Old = pick(["1.0", "1.0", "1.0.1", "1", "0.9-rc.1"]),
    New = case Fate of changed -> pick(["2.0", "1.10", "1.0.2", "2.0+build", "10"]); _ -> Old end,
    Modules = [module(Name, Number) || Number <- lists:seq(1, below(6))],
    Changed = case Fate of
        changed -> some(85, Modules) ++ [module(Name, 10 + N) || N <- lists:seq(1, below(3))];
        _ -> Modules
    end,
    Before = lists:sublist(Names, Index - 1),
    Uses = case faulty() of true -> some(40, Names); false -> some(35, Before) end,
    Optional = some(15, Uses) ++ [nowhere || chance(8)],
    #app{name = Name, old = Old, new = New, fate = Fate, old_modules = maybe_shuffled(Modules),
         new_modules = maybe_shuffled(Changed),
         uses = maybe_shuffled(pick([[kernel, stdlib], [kernel, stdlib], [stdlib, kernel], [kernel], [kernel, stdlib, sasl]])
             ++ Uses ++ (Optional -- Uses) ++ [missing || faulty()] ++ [lists:last([x | Uses]) || faulty()]),
         optional = Optional, more = properties(Name, Kind)}.

module(Name, Number) ->
    Text = atom_to_list(Name) ++ "_" ++ integer_to_list(Number),
    list_to_atom(case Number of 4 -> Text ++ [937]; _ -> Text end).

maybe_shuffled(List) -> case chance(30) of true -> shuffle(List); false -> List end.

%% Inclusions never go in a circle: systools does not come back from that.
include(Apps) ->
    case chance(35) of
        true -> include(Apps, []);
        false -> Apps
    end.

include([App | Later], Taken) ->
    Free = [Other || #app{name = Other} <- Later, chance(25), not lists:member(Other, Taken) orelse chance(4)],
    Uses = [Use || Use <- App#app.uses, not lists:member(Use, Free)],
    [App#app{includes = shuffle(Free) ++ [nowhere || faulty()], uses = Uses} | include(Later, Free ++ Taken)];
include([], _) -> [].

%% Names that two applications may have in common.
clash(App) ->
    case faulty() of
        true ->
            Module = pick([shared_module, lists, kernel]),
            App#app{new_modules = [Module | App#app.new_modules], old_modules = [Module | App#app.old_modules]};
        false -> App
    end.

properties(Name, Kind) ->
    Server = list_to_atom(atom_to_list(Name) ++ "_server"),
    [{registered, [Server] ++ [shared_name || faulty()]} || chance(30)]
        ++ [{mod, pick([{Name, []}, {Name, [{a, 1}]}, []])} || chance(30), Kind =/= beams]
        ++ [{env, [{key, pick([1, "text", <<"bytes">>, #{a => 1}, 1.5, [300, 945]])}]} || chance(20)]
        ++ [{start_phases, pick([[{go, []}], undefined, []])} || chance(15)]
        ++ [{maxT, pick([5000, infinity])} || chance(10)]
        ++ [{maxP, pick([10, infinity])} || chance(10)]
        ++ [{id, pick(["id", [228, 937], ""])} || chance(10)]
        ++ [{runtime_dependencies, ["erts-13.0"]} || chance(20)]
        ++ [{description, pick(["first counts", [228, 937]])} || chance(15)]
        ++ [bad_property() || faulty()].

bad_property() ->
    pick([{id, x}, {id, <<"a">>}, {mod, m}, {mod, {"m", []}}, {env, [x]}, {env, {a, b}}, {maxP, 0}, {maxT, x}, {start_phases, x},
          {start_phases, [{"a", []}]}, {id, [], []}, {included_applications, ["x"]}, {optional_applications, x}, {vsn, x},
          {description, x}, {description, <<"d">>}, {modules, [{m, 1}]}, {modules, x}, {registered, ["x"]}, {applications, x},
          {applications, [kernel, kernel, stdlib]}, {registered, [a, a]}, {vsn, []}, vsn, 17]).

%% The modules that have an instruction in a direction, by application.
chosen(Apps, Direction) ->
    [{App#app.name, chosen_modules(App, Direction)} || App <- Apps].

%% {How, Common, New, Gone}: an application is changed by its modules, restarted, or with the emulator.
chosen_modules(#app{fate = changed, old_modules = Old, new_modules = New}, Direction) ->
    {Source, Target} = case Direction of up -> {Old, New}; down -> {New, Old} end,
    case pick([modules, modules, modules, modules, modules, modules, restart, emulator]) of
        modules ->
            Common = [M || M <- Target, lists:member(M, Source)],
            {modules, some(70, Common), Target -- Source, Source -- Target};
        restart -> {restart, [], Target, []};
        emulator -> {emulator, [], [], []}
    end;
chosen_modules(#app{fate = added, new_modules = New}, up) -> {modules, [], New, []};
chosen_modules(#app{fate = removed, old_modules = Old}, down) -> {modules, [], Old, []};
chosen_modules(_, _) -> {modules, [], [], []}.

%% ---- Releases ----

releases(#{apps := Apps, base := Base, real := Real, erts := {OldErts, NewErts}} = World) ->
    Bases = fun(Which) ->
        case Real of
            true -> [{Name, real_version(Name)} || Name <- [kernel, stdlib, sasl]];
            false -> [{element(1, B), element(Which, B)} || B <- Base]
        end
    end,
    HasSasl = not chance(6),
    Order = shuffle(Apps),
    Entries = fun(Which, List) ->
        Wanted = [A || A <- List, not lists:member({Which, A#app.fate}, [{2, added}, {3, removed}])],
        [entry(App, case Which of 2 -> App#app.old; 3 -> App#app.new end, World) || App <- Wanted]
    end,
    Old = release("1", OldErts, Bases(2), Entries(2, Order), HasSasl),
    New = release("2", NewErts, Bases(3), Entries(3, maybe_shuffled(Order)), HasSasl orelse chance(50)),
    Middle = release(pick(["1.5", [946]]), OldErts, Bases(2), Entries(2, shuffle(Apps)), true),
    {Old, New, Middle}.

real_version(Name) ->
    _ = application:load(Name),
    {ok, Version} = application:get_key(Name, vsn),
    Version.

release(Version, Erts, Bases, Entries, HasSasl) ->
    Kept = [case faulty() of true -> setelement(2, Base, "0"); false -> Base end || {Name, _} = Base <- Bases, Name =/= sasl orelse HasSasl,
            not faulty()],
    Named = case faulty() of true -> [begin {N, V} = B, {N, V, temporary} end || B <- Kept]; false -> Kept end,
    All = case chance(20) of true -> shuffle(Named ++ Entries); false -> Named ++ Entries end,
    Doubled = case faulty() of true when All =/= [] -> All ++ [pick(All)]; _ -> All end,
    Name = pick(["t", "t", "T e s t", [116, 228, 937]]),
    Term = {release, {Name, Version}, {erts, Erts}, Doubled},
    case faulty() of true -> bad_release(Term); false -> Term end.

bad_release({release, {Name, Version}, {erts, Erts}, Apps} = Term) ->
    pick([{release, {x, Version}, {erts, Erts}, Apps}, {release, {Name, [300, x]}, {erts, Erts}, Apps},
          {release, {Name, <<"1">>}, {erts, Erts}, Apps}, {release, {Name, Version}, {erts, x}, Apps},
          {release, {Name, Version}, {erts, ["1"]}, Apps}, {release, {Name, Version}, Erts, Apps},
          {release, {Name, Version}, {erts, Erts}, x}, {release, {Name, Version}, {erts, Erts}, Apps ++ [y, {z}]}, nonsense,
          {release, {Name, Version}, {erts, Erts}, Apps, more}, {release, {Name, Version}, {erts, Erts}, Apps ++ [{z, '1'}]},
          {release, {Name, Version}, {erts, Erts}, [{z, "1", permanant} | Apps]}, {release, {Name, Version}, {erts, Erts}, []},
          {release, {Name, Version}, {erts, Erts}, [{z, "1", load, [x], y} | Apps]}, {release, {Name, ""}, {erts, ""}, Apps}, Term]).

entry(#app{name = Name, includes = Includes} = App, Version, World) ->
    Absent = absent(App, Version, World),
    Type = case chance(25) of true -> [pick([permanent, transient, temporary, load, none])]; false -> [] end,
    Override = case chance(12) of
        true -> [some(60, case faulty() of true -> Includes; false -> Includes -- Absent end) ++ [stranger || faulty()]];
        false -> []
    end,
    list_to_tuple([Name, Version] ++ Type ++ Override).

rel_file(Path, Term) -> {Path, {term, Term}, 8#644}.

%% ---- Applications ----

base_files({Name, Old, New}, World) ->
    [base_file(Name, "lib/" ++ base_folder(Name, New) ++ "/ebin/", New, World)]
        ++ [base_file(Name, "lib/" ++ base_folder(Name, Old) ++ "/ebin/", Old, World) || Old =/= New].

base_folder(Name, "9.1") -> atom_to_list(Name) ++ "-9.1";
base_folder(Name, _) -> atom_to_list(Name).

base_file(Name, Folder, Version, World) ->
    Modules = case Name of kernel -> maps:get(base_modules, World); _ -> [] end,
    Term = {application, Name, [{description, ""}, {vsn, Version}, {modules, Modules}, {registered, []},
                                {applications, [kernel || Name =/= kernel] ++ [stdlib || Name =:= sasl]}]},
    {Folder ++ atom_to_list(Name) ++ ".app", {term, Term}, 8#644}.

base_appup({Name, _, New}) ->
    Path = "lib/" ++ base_folder(Name, New) ++ "/ebin/" ++ atom_to_list(Name) ++ ".appup",
    Entry = {pick([<<".*">>, <<"[23]\\.[01]|8\\.5">>]), [restart_new_emulator]},
    {Path, {term, {New, [Entry], [Entry]}}, 8#644}.

app_files(App, World) ->
    Versions = case App#app.fate of
        changed -> [{App#app.old, App#app.old_modules}, {App#app.new, App#app.new_modules}];
        removed -> [{App#app.old, App#app.old_modules}];
        _ -> [{App#app.new, App#app.new_modules}]
    end,
    lists:append([version_files(App, Version, Modules, World) || {Version, Modules} <- Versions]).

version_files(App, Version, Modules, #{kind := Kind} = World) ->
    Name = atom_to_list(App#app.name),
    Folder = "lib/" ++ Name ++ "-" ++ Version ++ "/",
    [{Folder ++ "ebin/" ++ Name ++ ".app", {term, app_term(App, Version, Modules, World)}, 8#644}]
        ++ [{Folder ++ "ebin/" ++ Name ++ ".appup", {term, appup(App, World)}, 8#644}
            || App#app.fate =:= changed, Version =:= App#app.new, not faulty()]
        ++ case Kind of
               plain -> [];
               _ -> content(Folder, Name, Modules, World)
           end.

app_term(App, Version, Modules, World) ->
    Written = case faulty() of true -> "3.3"; false -> Version end,
    Absent = absent(App, Version, World),
    Uses = case faulty() of true -> App#app.uses; false -> App#app.uses -- Absent end,
    Includes = case faulty() of true -> App#app.includes; false -> App#app.includes -- Absent end,
    Required = [{description, "an application"}, {vsn, Written}, {modules, Modules}, {registered, []},
                {applications, Uses}],
    Kept = case faulty() of true -> Required -- [pick(Required)]; false -> Required end,
    More = App#app.more ++ [{optional_applications, App#app.optional} || App#app.optional =/= []]
        ++ [{included_applications, Includes} || Includes =/= []],
    Properties = More ++ Kept,
    Name = case faulty() of true -> other; false -> App#app.name end,
    {application, Name, maybe_shuffled_unless_repeated(Properties)}.

%% The applications that are missing in a release that has this version. Those used as optional ones may be.
absent(App, Version, #{apps := Apps}) ->
    Fates = [added || Version =:= App#app.old, App#app.fate =/= added] ++ [removed || Version =:= App#app.new, App#app.fate =/= removed],
    [Name || #app{name = Name, fate = Fate} <- Apps, lists:member(Fate, Fates), not lists:member(Name, App#app.optional)].

%% The first occurrence of a key counts, so a list with repeated keys keeps its order.
maybe_shuffled_unless_repeated(Properties) ->
    Keys = [Key || {Key, _} <- Properties],
    case length(Keys) =:= length(lists:usort(Keys)) of
        true -> maybe_shuffled(Properties);
        false -> Properties
    end.

content(Folder, Name, Modules, #{kind := Kind} = World) ->
    Beams = [{Folder ++ "ebin/" ++ atom_to_list(M) ++ ".beam", beam(M, World), 8#644} || M <- Modules, not faulty()],
    Sources = [{source(Folder, M), {text, "source"}, 8#644}
               || Kind =:= sources, M <- Modules, not chance(10)],
    Links = [{Folder ++ "priv/link", {link, "tool"}, 8#644}, {Folder ++ "priv/linked", {link, "sub"}, 8#644}],
    Private = [{Folder ++ "priv/tool", {text, "#!/bin/sh\n"}, 8#755}, {Folder ++ "priv/secret", {text, "x"}, pick([8#644, 8#600])},
               {Folder ++ "priv/sub/" ++ pick(["deep", lists:duplicate(120, $n), [228, 937]]), {text, "deep"}, 8#644}],
    More = [{Folder ++ "priv/empty", folder, 8#755}, {Folder ++ "include/" ++ Name ++ ".hrl", {text, "h"}, 8#644},
            {Folder ++ "src/" ++ Name ++ ".erl", {text, "s"}, 8#644}, {Folder ++ "doc/README", {text, "d"}, 8#644},
            {Folder ++ "ebin/unlisted.beam", case chance(90) of true -> {beam, unlisted, []}; false -> {text, "u"} end, 8#644}],
    Beams ++ Sources ++ case chance(50) of true -> Private ++ some(40, Links); false -> [] end ++ some(40, More).

source(Folder, Module) ->
    Folder ++ pick(["src/", "src/", "src/", "src/sub/", "src/e_src/", "c_src/"]) ++ atom_to_list(Module) ++ ".erl".

beam(Module, #{kind := beams, apps := Apps}) ->
    All = lists:append([App#app.new_modules || App <- Apps]),
    Calls = [{pick([Module, nowhere, lists | All]), pick([f, f, g, module_info]), below(2)} || _ <- lists:seq(1, below(4))],
    {beam, Module, Calls};
beam(Module, _) -> {text, ["BEAM of ", atom_to_binary(Module)]}.

%% ---- Appups ----

appup(App, World) ->
    Version = case chance(4) of true -> "8.8"; false -> App#app.new end,
    Term = {Version, entries(App, up, World), entries(App, down, World)},
    case faulty() of
        true -> pick([nonsense, {Version, []}, {Version, [], []}, {Version, x, y}, {list_to_atom(Version), element(2, Term), []}, Term]);
        false -> Term
    end.

entries(App, Direction, World) ->
    Script = script(App, Direction, World),
    Right = {key(App#app.old), Script},
    Decoys = [pick([{"9.9", []}, {<<"9.*">>, [restart_new_emulator]}, {<<"0">>, [x]}, {atom, []}, {<<"1|1.0">>, [{load_module, decoy}]},
                    {App#app.old, [], []}, "shape", {<<"^$">>, []}]) || chance(20)]
        ++ [pick([{<<"(">>, []}, {<<"[">>, []}, {<<255, 254>>, []}]) || faulty()],
    Others = [{pick([App#app.old, <<".*">>]), [{apply, {second, hit, []}}]} || chance(20)],
    Decoys ++ [Right || not faulty()] ++ Others.

key(Version) ->
    Quoted = re:replace(Version, "[.+]", "\\\\&", [global, {return, binary}]),
    pick([Version, Version, Version, Version, Quoted, <<".*">>, <<".+">>, <<"[0-9a-z.-]+">>, <<"^", Quoted/binary, "$">>,
          <<"(", Quoted/binary, "|7)">>, <<"(?i)[0-9]\\S*">>, <<"\\d[^x]*">>, <<"[0-9]+(\\.[0-9]+)*(-rc\\.\\d)?">>, <<".{1,9}">>,
          <<"[[:digit:]](.*)">>, <<"(?:x|", Quoted/binary, ")\\z">>]).

script(App, Direction, World) ->
    {How, Common, New, Gone} = proplists:get_value(App#app.name, maps:get(case Direction of up -> chosen_up; down -> chosen_down end, World)),
    Pool = pool(Direction, World),
    case How of
        restart -> conformance_instructions:damaged(mix([{restart_application, App#app.name}], conformance_instructions:others(World)));
        emulator -> [pick([restart_new_emulator, restart_emulator])];
        modules ->
            Instructions = [conformance_instructions:change(M, Pool) || M <- Common]
                ++ [conformance_instructions:add(M, Pool) || M <- New]
                ++ [conformance_instructions:delete(M, Pool) || M <- Gone],
            Kept = [I || I <- Instructions, not faulty()],
            Mixed = mix(maybe_shuffled(Kept), conformance_instructions:others(World)),
            Early = conformance_instructions:early(World),
            Whole = case chance(12) orelse Early =/= [] of
                true -> Early ++ [point_of_no_return] ++ Mixed;
                false -> Mixed
            end,
            conformance_instructions:damaged(Whole)
    end.

pool(Direction, World) ->
    Chosen = maps:get(case Direction of up -> chosen_up; down -> chosen_down end, World),
    lists:append([A ++ B ++ C || {_, {_, A, B, C}} <- Chosen]).

%% Puts the groups of the second list at random places of the first.
mix(List, Groups) ->
    lists:foldl(fun(Group, Done) ->
        {Before, After} = lists:split(below(length(Done) + 1), Done),
        Before ++ Group ++ After
    end, List, [case is_list(G) of true -> G; false -> [G] end || G <- Groups]).

%% ---- System files ----

system_files(plain, _, _) -> [];
system_files(_, New, Folder) ->
    Version = case New of {release, {_, V}, _, _} when is_list(V) -> V; _ -> "2" end,
    Erts = case New of {release, _, {erts, E}, _} when is_list(E), is_integer(hd(E)) -> E; _ -> "13.0" end,
    [{Folder ++ Name, {text, Name}, 8#644} || Name <- pick([["new.boot"], ["new.boot"], ["start.boot"], ["new.boot", "start.boot"]]), not faulty()]
        ++ [{Folder ++ "relup", {term, pick([{"2", [], []}, {"2", [], []}, {"", [], []}, {'2', [], []}, nonsense])}, 8#644} || chance(30), Version =/= x]
        ++ [{pick([Folder, "", "conf/"]) ++ "sys.config", pick([{term, []}, {term, [{alfa, [{k, v}]}, "other"]}, {term, [x]}, {text, "[}."}]), 8#644} || chance(35)]
        ++ [{pick([Folder, ""]) ++ "sys.config.src", {text, "any ${TEXT}"}, 8#644} || chance(15)]
        ++ [{"system/erts-" ++ Erts ++ "/bin/" ++ Tool, {text, Tool}, 8#755} || Tool <- ["erlexec", "beam.smp", "typer", "erlc", "dialyzer", "ct_run", "yielding_c_fun", "epmd", "dyn_erl"]]
        ++ [{"extra/" ++ Name, {text, Name}, 8#644} || Name <- ["one", "more/two", "more/three"]].

%% ---- Calls ----

calls(#{kind := Kind} = World, Folder) ->
    Name = fun(Release) -> Folder ++ Release end,
    [{make_script, [Name(pick(["new", "new", "new", "old"])), script_options(World)]}]
        ++ [{make_script, [Name("old"), script_options(World)]} || chance(25)]
        ++ [{make_relup, relup_args(Name, World)}]
        ++ [{make_relup, relup_args(Name, World)} || chance(25)]
        ++ [{make_tar, [Name("new"), tar_options(World)]} || Kind =/= plain]
        ++ [{make_hybrid_boot, ["hybrid", boot(Name("old")), boot(Name("new")), ["2", [opts]]]} || chance(20)]
        ++ [{translate_scripts, translate_args(World)} || chance(40)].

%% The boot file of a release, with one command left out or not.
boot(Release) -> {boot, Release, case chance(20) of true -> below(40); false -> none end}.

path(#{kind := _}) ->
    pick([["lib/*/ebin"], ["lib/*/ebin"], ["lib/*/ebin"], ["./lib/*/ebin"], ["lib/kernel/ebin", "lib/s*/ebin", "lib/*/ebin"], ["nowhere", "lib/*/eb*"],
          ["*/*/ebin", "conf"]]).

common_options(World) ->
    [silent, {path, path(World)}]
        ++ [warnings_as_errors || chance(8)] ++ [no_warn_sasl || chance(10)] ++ [no_module_tests || chance(3)]
        ++ [src_tests || chance(case maps:get(kind, World) of sources -> 60; beams -> 20; _ -> 2 end)]
        ++ [pick([exref, {exref, some(40, maps:get(names, World))}]) || chance(case maps:get(kind, World) of beams -> 70; _ -> 0 end)]
        ++ [{variables, pick([[{"LIB", "lib"}], [{"A", absolute("lib/a")}, {"B", absolute("lib")}], [{"LIB", "lib/alfa-1.0/"}], []])} || chance(15)]
        ++ [otp_build || chance(4)]
        ++ [pick([{outdir, "out"}, {outdir, "nowhere/out"}, {outdir, "."}]) || chance(12)]
        ++ [pick([sillent, {path, x}, {outdir, out}, {variables, {a, b}}, {machine, x}, {exref, ["a"]}, {variables, [{a, "b"}]}, 7]) || faulty()].

%% Resolved against the folder of the case by the runner.
absolute(Path) -> {absolute, Path}.

script_options(World) ->
    shuffle(common_options(World) ++ [local || chance(12)] ++ [no_dot_erlang || chance(15)]
        ++ [{script_name, pick(["start", "out/start"])} || chance(10)]).

tar_options(World) ->
    shuffle(common_options(World)
        ++ [{dirs, pick([[include, src], [doc], [include, nowhere, src], [priv], [], [c_src]])} || chance(40)]
        ++ [{erts, pick(["system", "system", absolute("system"), "nowhere"])} || chance(25)] ++ [erts_all || chance(20)]
        ++ [{var_tar, pick([include, ownfile, omit])} || chance(15)]
        ++ [{extra_files, pick([[{"extra/one", "etc/one"}], [{"extra", "etc"}, {"extra/one", "one"}], [{"extra/nowhere", "x"}], []])} || chance(25)]
        ++ [pick([{dirs, ["x"]}, {var_tar, x}, {erts, x}, {extra_files, x}, erts_al]) || faulty()]).

relup_args(Name, World) ->
    Base = fun() -> pick([Name("old"), Name("old"), {Name("old"), pick([described, [228, 937], ["d"]])}]) end,
    Middle = Name("middle"),
    {Up, Down} = pick([{[Base()], [Base()]}, {[Base()], [Base()]}, {[Base(), Middle], [Middle, Base()]}, {[Base()], []}, {[], [Base()]},
                       {[Base(), Name("new")], [Base()]}, {[Name("nowhere")], [Base()]}]),
    Options = [silent, {path, path(World)}] ++ [restart_emulator || chance(12)] ++ [noexec || chance(12)] ++ [warnings_as_errors || chance(8)]
        ++ [pick([{outdir, "out"}, {outdir, "nowhere/out"}, {outdir, "."}]) || chance(15)] ++ [unknown || chance(3)]
        ++ [{outdir, out} || faulty()],
    [case faulty() of true -> Name("old"); false -> Name("new") end, Up, Down, shuffle(Options)].

translate_args(#{apps := Apps} = World) ->
    Direction = pick([up, down]),
    Record = fun(App, Version, Modules) ->
        {application, App#app.name, pick([permanent, permanent, load, none, temporary]), Version, [], "", Modules, [], [], [], [], [],
         infinity, infinity, [], undefined, "ebin"}
    end,
    Old = [Record(App, App#app.old, App#app.old_modules) || App <- Apps, App#app.fate =/= added],
    New = [Record(App, App#app.new, App#app.new_modules) || App <- Apps, App#app.fate =/= removed],
    Scripts = [script(App, Direction, World) || App <- Apps, App#app.fate =:= changed]
        ++ [[{add_application, App#app.name}] || App <- Apps, App#app.fate =:= case Direction of up -> added; down -> removed end]
        ++ [[{remove_application, App#app.name}] || App <- Apps, App#app.fate =:= case Direction of up -> removed; down -> added end],
    case Direction of
        up -> [up, Scripts, New, Old];
        down -> [dn, Scripts, Old, New]
    end.

%% ---- Damage to files ----

damaged_file({Path, {term, Term}, Mode} = File) ->
    case faulty() andalso chance(40) of
        false -> [File];
        true ->
            Text = unicode:characters_to_binary(io_lib:format("~tp.~n", [Term])),
            Half = binary:part(Text, 0, byte_size(Text) div 2),
            pick([[], [{Path, folder, 8#755}], [{Path, {text, Half}, Mode}], [{Path, {text, ""}, Mode}],
                  [{Path, {text, ["%% latin ", 228, "\n", Text]}, Mode}], [{Path, {text, ["%% coding: latin-1\n", Text]}, Mode}],
                  [{Path, {text, [Text, "second. term"]}, Mode}], [{Path, {text, [Text, " }"]}, Mode}], [{Path, {text, ["{a,\n\n b c}. ", Text]}, Mode}],
                  [{Path, {text, ["\"open\n", Text]}, Mode}], [{Path, {text, "{a, B}."}, Mode}], [{Path, {text, "% only a remark\n"}, Mode}],
                  [{Path, {text, string:trim(Text, trailing, ".\n")}, Mode}], [{Path, {link, "nowhere"}, Mode}]])
    end;
damaged_file(File) -> [File].
