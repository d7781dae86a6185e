%% What relift asks a node from inside of it: one round trip instead of thousands.
%%
%% Loaded over the distribution connection before an upgrade and removed after it. Three rules hold everywhere:
%% - Nothing is sent to a process that may not understand it. What a process is, is read from outside (its first call),
%%   and only supervisors and event managers that run are asked anything.
%% - Everything is bounded: each question runs in a process of its own with a deadline and a limit of its heap, and
%%   lists are cut, their whole length beside them.
%% - Values of the configuration do not leave the node: they are compared here.
%%
%% Answers are maps and lists of tuples, decoded by relift (ReleaseInstalling/Agent). A process is described by
%% {Pid, Name | undefined, FirstCall | undefined, CurrentCall | undefined, Application | undefined}, calls as {M, F, A}.
-module(relift_agent).

-export([facts/0, modules/1, old_code/2, executing/3, tree/2, environment/2, compare_environment/3]).
-export([start_watch/1, watch_more/1, sample/1, stop_watch/0]).
-export([start_trace/1, stop_trace/1, keep/0, put_back/0, stop/0]).
%% For processes of this module and the logger; not for callers.
-export([watcher/1, tracer/2, keeper/2, log/2]).

%% Of processes named for one thing.
-define(SHOWN, 5).
%% Words of the heap of a process that answers a question: 512 MB.
-define(HEAP, 64000000).
%% How long a supervisor may take to name its children, in ms.
-define(SUPERVISOR_TIME, 2000).
%% The reports that may wait to be counted by supervisor.
-define(REPORTS, 1000).
%% A watch that nobody asks ends after this time, in ms.
-define(IDLE, 900000).

-define(WATCH, relift_agent_watch).
-define(TRACE, relift_agent_trace).
-define(KEPT, relift_agent_kept).
-define(HANDLER, relift_agent).

%%% What the node is

%% #{otp, erts, processes, process_limit, schedulers, heart, start_program, static_emulator, running, loaded}
facts() ->
    bounded(10000, fun() ->
        #{otp => text(erlang:system_info(otp_release)),
          erts => text(erlang:system_info(version)),
          processes => erlang:system_info(process_count),
          process_limit => erlang:system_info(process_limit),
          schedulers => erlang:system_info(schedulers_online),
          heart => whereis(heart) =/= undefined,
          static_emulator => init:get_argument(static_emulator) =/= error,
          script => script(init:script_id()),
          running => versions(application:which_applications(5000)),
          loaded => versions(application:loaded_applications())}
    end).

script({Name, Version}) -> {text(Name), text(Version)};
script(_) -> undefined.

versions(Applications) -> [{Name, text(Version)} || {Name, _, Version} <- Applications].

%%% Code

%% #{count, modules => [{Module, Application | undefined, MD5, File | undefined}]}, at most Limit of them
modules(Limit) ->
    bounded(20000, fun() ->
        Owners = maps:from_list([{M, A} || {A, _, _} <- application:loaded_applications(), M <- modules_of(A)]),
        Loaded = lists:sort(erlang:loaded()),
        Known = lists:flatmap(fun(M) -> module(M, Owners) end, lists:sublist(Loaded, Limit)),
        #{count => length(Loaded), modules => Known}
    end).

modules_of(Application) ->
    case application:get_key(Application, modules) of
        {ok, Modules} when is_list(Modules) -> Modules;
        _ -> []
    end.

%% A module may go while it is asked.
module(Module, Owners) ->
    try {erlang:get_module_info(Module, md5), maps:get(Module, Owners, undefined)} of
        {Digest, Application} when is_binary(Digest) -> [{Module, Application, Digest, file(Module)}];
        _ -> []
    catch
        error:_ -> []
    end.

file(Module) ->
    case code:is_loaded(Module) of
        {file, File} when is_list(File) -> text(File);
        {file, File} when is_atom(File) -> atom_to_binary(File);
        _ -> undefined
    end.

%% The modules with old code: the asked ones first, and so many others as are found in Time ms.
%% #{count, unchecked, modules => [{Module, Processes, Unanswered, [Process]}]}
old_code(Asked, Time) ->
    bounded(Time + 5000, fun() ->
        Deadline = now_ms() + Time,
        Old = [M || M <- erlang:loaded(), erlang:check_old_code(M)],
        First = [M || M <- lists:usort(Asked), lists:member(M, Old)],
        All = First ++ lists:sort(Old -- First),
        {Checked, Unchecked} = old_code(All, Deadline, []),
        #{count => length(All), unchecked => lists:sublist(Unchecked, 1000), modules => Checked}
    end).

old_code([Module | Rest] = All, Deadline, Checked) ->
    case now_ms() < Deadline of
        true ->
            {Users, Unanswered} = users_of_old_code(Module, Deadline),
            Found = {Module, length(Users), Unanswered, describe(lists:sublist(Users, ?SHOWN))},
            old_code(Rest, Deadline, [Found | Checked]);
        false ->
            {lists:reverse(Checked), All}
    end;
old_code([], _, Checked) ->
    {lists:reverse(Checked), []}.

%% The processes that purging the module would kill. All are asked at once: the answer of each comes when it is
%% scheduled next, which for one in a long native call may be never.
users_of_old_code(Module, Deadline) ->
    Round = make_ref(),
    Asked = lists:foldl(fun(Pid, Count) -> Count + ask_for_code(Pid, Module, Round) end, 0, processes()),
    collect(Round, Asked, Deadline, []).

ask_for_code(Pid, _, _) when Pid =:= self() -> 0;
ask_for_code(Pid, Module, Round) ->
    try erlang:check_process_code(Pid, Module, [{async, {Round, Pid}}]) of
        async -> 1
    catch
        error:_ -> 0
    end.

collect(_, 0, _, Users) -> {Users, 0};
collect(Round, Left, Deadline, Users) ->
    receive
        {check_process_code, {Round, Pid}, true} -> collect(Round, Left - 1, Deadline, [Pid | Users]);
        {check_process_code, {Round, _}, _} -> collect(Round, Left - 1, Deadline, Users)
    after remaining(Deadline) ->
        {Users, Left}
    end.

%% The processes that execute current code of the modules and stay in it, but for those that the script suspends, which
%% are at the top of their loops when the code is exchanged. They linger in old code after it. Seen twice, since a
%% request passes through. Funs that a process keeps cannot be seen from outside.
%% #{modules => [{Module, Count, [Process]}]}
executing(Modules, Suspended, Time) ->
    bounded(Time + 10000, fun() ->
        #{rows := Rows} = walk(now_ms() + Time),
        Wanted = maps:from_keys(Modules, true),
        Updated = maps:from_keys(Suspended, true),
        Exempt = maps:from_keys([P || {_, _, P, Ms} <- Rows, lists:any(fun(M) -> is_map_key(M, Updated) end, Ms)],
                                true),
        Once = [P || P <- processes(), not is_map_key(P, Exempt), P =/= self(), on_stack(P, Wanted) =/= []],
        receive after 100 -> ok end,
        Found = lists:foldl(fun(P, Map) ->
            lists:foldl(fun(M, Inner) -> maps:update_with(M, fun(Ps) -> [P | Ps] end, [P], Inner) end,
                        Map, on_stack(P, Wanted))
        end, #{}, Once),
        #{modules => [{M, length(Ps), describe(lists:sublist(Ps, ?SHOWN))} || {M, Ps} <- lists:sort(maps:to_list(Found))]}
    end).

on_stack(Pid, Wanted) ->
    case process_info(Pid, current_stacktrace) of
        {current_stacktrace, Frames} -> lists:usort([M || {M, _, _, _} <- Frames, is_map_key(M, Wanted)]);
        undefined -> []
    end.

%%% The supervision tree

%% What release_handler will find when it looks for the processes of the modules, and what would trip it.
%% #{supervised,
%%   applications => [{Application, Top | undefined, Kind, Suspended, Queue}]    Kind: supervisor, other, none, unknown
%%   modules => [{Module, Processes, LongestQueue, SuspendedAlready, [{Process, Queue}]}],
%%   oddities => [{Oddity, Supervisor, ChildText, Child}], oddity_count,
%%   unasked => [{Reason, Process}], unasked_count}
tree(Modules, Time) ->
    bounded(Time + 5000, fun() ->
        #{rows := Rows, tops := Tops, oddities := Oddities, unasked := Unasked} = walk(now_ms() + Time),
        Wanted = maps:from_keys(Modules, []),
        ByModule = lists:foldl(fun({_, _, Pid, Ms}, Map) ->
            lists:foldl(fun(M, Inner) ->
                case Inner of
                    #{M := Pids} -> Inner#{M := [Pid | Pids]};
                    #{} -> Inner
                end
            end, Map, Ms)
        end, Wanted, Rows),
        #{supervised => length(Rows),
          applications => [top(Top) || Top <- lists:sort(Tops)],
          modules => [load(M, Pids) || {M, Pids} <- lists:sort(maps:to_list(ByModule))],
          oddities => [{Kind, describe_one(Sup), shown(Id), describe_one(Pid)}
                       || {Kind, Sup, Id, Pid} <- lists:sublist(Oddities, 50)],
          oddity_count => length(Oddities),
          unasked => [{Reason, describe_one(Pid)} || {Reason, Pid} <- lists:sublist(Unasked, 50)],
          unasked_count => length(Unasked)}
    end).

top({Application, none}) -> {Application, undefined, none, false, 0};
top({Application, unknown}) -> {Application, undefined, unknown, false, 0};
top({Application, {Pid, Kind}}) ->
    {Application, describe_one(Pid), case Kind of other -> other; _ -> supervisor end,
     is_suspended(Pid), queue(Pid)}.

load(Module, Pids) ->
    Measured = [{queue(Pid), Pid} || Pid <- Pids],
    Worst = lists:sublist(lists:reverse(lists:sort(Measured)), 3),
    {Module, length(Pids), lists:max([0 | [Q || {Q, _} <- Measured]]), length(lists:filter(fun is_suspended/1, Pids)),
     [{describe_one(Pid), Queue} || {Queue, Pid} <- Worst]}.

queue(Pid) ->
    case process_info(Pid, message_queue_len) of
        {message_queue_len, Length} -> Length;
        undefined -> 0
    end.

is_suspended(Pid) ->
    case process_info(Pid, current_function) of
        {current_function, {sys, suspend_loop, _}} -> true;
        {current_function, {sys, suspend_loop_hib, _}} -> true;
        {current_function, {erlang, hibernate, 3}} -> is_suspended_asleep(Pid);
        _ -> false
    end.

is_suspended_asleep(Pid) ->
    case process_info(Pid, current_stacktrace) of
        {current_stacktrace, Frames} ->
            lists:any(fun({sys, F, _, _}) -> F =:= suspend_loop orelse F =:= suspend_loop_hib; (_) -> false end, Frames);
        undefined -> false
    end.

%% Rows are {Supervisor | undefined, ChildId, Pid, Modules}, as release_handler_1:get_supervised_procs/0 has them.
walk(Deadline) ->
    Start = #{rows => [], tops => [], oddities => [], unasked => [], deadline => Deadline},
    lists:foldl(fun({Application, _, _}, State) -> walk_application(Application, State) end, Start,
                application:which_applications(5000)).

walk_application(Application, #{tops := Tops} = State) ->
    case top_process(application_controller:get_master(Application)) of
        none -> State#{tops := [{Application, none} | Tops]};
        unknown -> State#{tops := [{Application, unknown} | Tops]};
        Pid ->
            Kind = kind(Pid),
            Known = State#{tops := [{Application, {Pid, Kind}} | Tops]},
            case Kind of
                {supervisor, Module} -> walk_children(Pid, add_row({undefined, undefined, Pid, [Module]}, Known));
                bridge -> Known;
                other -> Known
            end
    end.

%% The application master is OTP's own and answers; the process below it does when the application has started.
top_process(Master) when is_pid(Master) ->
    case within(1000, fun() -> application_master:get_child(Master) end) of
        {ok, {Pid, _}} when is_pid(Pid) -> Pid;
        {ok, _} -> unknown;
        timeout -> unknown
    end;
top_process(_) -> none.

%% What a process is, by how it began; nothing is sent to it.
kind(Pid) ->
    case first_call(Pid) of
        {supervisor, Module, _} -> {supervisor, Module};
        %% Answers as a supervisor, and has no children.
        {supervisor_bridge, _, _} -> bridge;
        {'Elixir.DynamicSupervisor', init, 1} -> {supervisor, 'Elixir.DynamicSupervisor'};
        {ranch_conns_sup, _, _} -> {supervisor, ranch_conns_sup};
        {ranch_conns_sup_sup, _, _} -> {supervisor, ranch_conns_sup_sup};
        _ -> other
    end.

first_call(Pid) ->
    case dictionary(Pid, '$initial_call') of
        {M, F, A} when is_atom(M), is_atom(F), is_integer(A) -> {M, F, A};
        _ ->
            case process_info(Pid, initial_call) of
                {initial_call, Call} -> Call;
                undefined -> undefined
            end
    end.

dictionary(Pid, Key) ->
    try process_info(Pid, {dictionary, Key}) of
        {{dictionary, Key}, Value} -> Value;
        undefined -> undefined
    catch
        %% OTP before 26.2 gives it as a whole only.
        error:badarg ->
            case process_info(Pid, dictionary) of
                {dictionary, All} -> proplists:get_value(Key, All);
                undefined -> undefined
            end
    end.

add_row(Row, #{rows := Rows} = State) -> State#{rows := [Row | Rows]}.

add_unasked(Reason, Pid, #{unasked := Unasked} = State) -> State#{unasked := [{Reason, Pid} | Unasked]}.

add_oddity(Oddity, #{oddities := Oddities} = State) -> State#{oddities := [Oddity | Oddities]}.

walk_children(Supervisor, #{deadline := Deadline} = State) ->
    case is_suspended(Supervisor) of
        true -> add_unasked(suspended, Supervisor, State);
        false ->
            case children(Supervisor, min(?SUPERVISOR_TIME, remaining(Deadline))) of
                {ok, Children} -> walk_children(Children, Supervisor, 0, State);
                busy -> add_unasked(busy, Supervisor, State);
                gone -> State
            end
    end.

children(_, 0) -> busy;
children(Supervisor, Time) ->
    try gen_server:call(Supervisor, which_children, Time) of
        Children when is_list(Children) -> {ok, Children};
        _ -> gone
    catch
        exit:{timeout, _} -> busy;
        exit:_ -> gone
    end.

%% Looking at how a process began may copy much: of many alike, some hundred are looked at.
walk_children([{Id, Pid, Type, Modules} | Rest], Supervisor, Number, State) when is_pid(Pid) ->
    walk_children(Rest, Supervisor, Number + 1, child(Type, Modules, Id, Pid, Supervisor, Number < 300, State));
walk_children([_ | Rest], Supervisor, Number, State) ->
    walk_children(Rest, Supervisor, Number, State);
walk_children([], _, _, State) -> State.

child(worker, dynamic, Id, Pid, Supervisor, _, State) ->
    case first_call(Pid) of
        {gen_event, _, _} -> add_row({Supervisor, Id, Pid, handlers(Pid)}, State);
        _ -> add_oddity({dynamic_worker, Supervisor, Id, Pid}, State)
    end;
child(worker, Modules, Id, Pid, Supervisor, Looked, State) ->
    Known = case is_list(Modules) of
        true -> add_row({Supervisor, Id, Pid, Modules}, State);
        false -> State
    end,
    case Looked andalso kind(Pid) of
        {supervisor, _} -> add_oddity({hidden_supervisor, Supervisor, Id, Pid}, Known);
        _ -> Known
    end;
child(supervisor, Modules, Id, Pid, Supervisor, _, State) ->
    Known = case is_list(Modules) of
        true -> add_row({Supervisor, Id, Pid, Modules}, State);
        false -> add_oddity({dynamic_supervisor, Supervisor, Id, Pid}, State)
    end,
    case kind(Pid) of
        {supervisor, _} -> walk_children(Pid, Known);
        bridge -> Known;
        other -> add_unasked(unknown, Pid, Known)
    end;
child(_, _, _, _, _, _, State) -> State.

%% An event manager names its handlers' modules to release_handler by this call.
handlers(Pid) ->
    case is_suspended(Pid) of
        true -> [];
        false ->
            try gen:call(Pid, self(), get_modules, ?SUPERVISOR_TIME) of
                {ok, Modules} when is_list(Modules) -> Modules;
                _ -> []
            catch
                exit:_ -> []
            end
    end.

%%% The environment of applications

%% [{Application, [{Key, Digest}]}] of all loaded applications. The salt keeps digests of short values from being guessed.
environment(Salt, Limit) ->
    bounded(20000, fun() ->
        All = [{A, [{K, digest(Salt, V)} || {K, V} <- live(A)]} || {A, _, _} <- application:loaded_applications()],
        {Kept, _} = lists:mapfoldl(fun({A, Keys}, Left) ->
            Taken = lists:sublist(Keys, Left),
            {{A, Taken}, Left - length(Taken)}
        end, Limit, lists:sort(All)),
        #{applications => Kept, count => lists:sum([length(Keys) || {_, Keys} <- All])}
    end).

digest(Salt, Value) -> erlang:md5([Salt, term_to_binary(Value, [deterministic])]).

live(Application) -> lists:keydelete(included_applications, 1, lists:ukeysort(1, application:get_all_env(Application))).

%% How the live environment differs from what the files of a release give (.app and sys.config, merged by key).
%% From is the running release, To the one to come; both [{Application, [{Key, Value}]}]. Applications that To does not
%% have are left out. Live, From and To of a row: absent, or a letter that is the same for the same value.
%% #{count, rows => [{Application, Key, Live, From, To, IsFromCommandLine}]}
compare_environment(From, To, Limit) ->
    bounded(20000, fun() ->
        Loaded = [A || {A, _, _} <- application:loaded_applications()],
        Rows = lists:append([compare(A, live(A), proplists:get_value(A, From, []), New)
                             || {A, New} <- lists:sort(To), lists:member(A, Loaded)]),
        #{count => length(Rows), rows => lists:sublist(Rows, Limit)}
    end).

compare(Application, Live, From, To) ->
    CommandLine = command_line(Application),
    Keys = lists:usort([K || {K, _} <- Live ++ From ++ To]),
    [Row || Key <- Keys,
            Row <- [row(Application, Key, find(Key, Live), find(Key, From), find(Key, To), lists:member(Key, CommandLine))],
            differs(Row)].

differs({_, _, Same, Same, Same, _}) -> false;
differs(_) -> true.

find(Key, List) ->
    case lists:keyfind(Key, 1, List) of
        {_, Value} -> {value, Value};
        false -> absent
    end.

row(Application, Key, Live, From, To, IsFromCommandLine) ->
    {[L, F, T], _} = lists:mapfoldl(fun
        (absent, Seen) -> {absent, Seen};
        (Value, Seen) ->
            case lists:keyfind(Value, 1, Seen) of
                {Value, Letter} -> {Letter, Seen};
                false ->
                    Letter = lists:nth(length(Seen) + 1, [a, b, c]),
                    {Letter, [{Value, Letter} | Seen]}
            end
    end, [], [Live, From, To]),
    {Application, Key, L, F, T, IsFromCommandLine}.

%% `-Application Key Value`: counts above all files, also after an upgrade.
command_line(Application) ->
    case init:get_argument(Application) of
        {ok, Lists} -> [list_to_atom(K) || List <- Lists, K <- every_other(List), is_list(K), length(K) < 256];
        error -> []
    end.

every_other([Key, _ | Rest]) -> [Key | every_other(Rest)];
every_other(_) -> [].

%%% The watch

%% Counts reports, deaths of supervised processes and the work of the schedulers from now on.
%% Limit: how many processes are monitored at most.
start_watch(Limit) ->
    stop_watch(),
    Self = self(),
    Reference = make_ref(),
    {Pid, Monitor} = spawn_opt(?MODULE, watcher, [{Self, Reference, Limit}],
                               [monitor, {max_heap_size, #{size => ?HEAP, kill => true, error_logger => false}}]),
    receive
        {Reference, Monitored} -> erlang:demonitor(Monitor, [flush]), {ok, Monitored};
        {'DOWN', Monitor, process, Pid, Reason} -> {error, shown(Reason)}
    after 30000 ->
        exit(Pid, kill),
        erlang:demonitor(Monitor, [flush]),
        {error, <<"timeout">>}
    end.

%% Also watches what has come since; {ok, Monitored}.
watch_more(Time) -> ask(?WATCH, more, Time).

stop_watch() ->
    Answer = end_with(?WATCH, stop, 5000),
    _ = logger:remove_handler(?HANDLER),
    Answer.

watcher({Parent, Reference, Limit}) ->
    register(?WATCH, self()),
    erlang:group_leader(whereis(init), self()),
    erlang:system_flag(scheduler_wall_time, true),
    Counters = counters:new(5, [write_concurrency]),
    _ = logger:remove_handler(?HANDLER),
    Added = logger:add_handler(?HANDLER, ?MODULE,
                               #{level => error, config => #{counters => Counters, watcher => self()},
                                 filter_default => log, filters => []}),
    State = monitor_more(#{limit => Limit, counters => Counters, handler => Added =:= ok, deaths => #{}, stops => 0,
                           reports => #{}, monitors => #{}, known => #{}, work => work(), rescans => []}),
    Parent ! {Reference, map_size(maps:get(monitors, State))},
    watch(State).

watch(#{deaths := Deaths, stops := Stops, counters := Counters, reports := Reports} = State) ->
    receive
        {'DOWN', Monitor, process, _, Reason} -> watch(died(Monitor, Reason, State));
        {report, Name} ->
            counters:sub(Counters, 5, 1),
            watch(State#{reports := count(Name, Reports)});
        {rescan, Supervisor} -> watch(monitor_children(Supervisor, State));
        {more, Asker, Tag} ->
            More = monitor_more(State),
            Asker ! {Tag, {ok, map_size(maps:get(monitors, More))}},
            watch(More);
        {counts, Asker, Tag} ->
            Now = work(),
            Asker ! {Tag, #{errors => counters:get(Counters, 1), crashes => counters:get(Counters, 2),
                            supervisor_reports => counters:get(Counters, 3), dropped => counters:get(Counters, 4),
                            counts_reports => maps:get(handler, State),
                            deaths => highest(Deaths), death_count => lists:sum(maps:values(Deaths)),
                            stops => Stops, restarts => highest(Reports),
                            monitored => map_size(maps:get(monitors, State)),
                            utilisation => utilisation(maps:get(work, State), Now)}},
            watch(State#{work := Now});
        {stop, Asker, Tag} ->
            _ = logger:remove_handler(?HANDLER),
            Asker ! {Tag, ok};
        _ -> watch(State)
    after ?IDLE ->
        _ = logger:remove_handler(?HANDLER)
    end.

highest(Map) -> lists:sublist(lists:reverse(lists:keysort(2, maps:to_list(Map))), 20).

count(Key, Map) when is_map_key(Key, Map); map_size(Map) < 200 -> maps:update_with(Key, fun(N) -> N + 1 end, 1, Map);
count(_, Map) -> maps:update_with(<<"others">>, fun(N) -> N + 1 end, 1, Map).

%% Children of supervisors that have few: of a pool of connections the death of one says nothing.
monitor_more(State) ->
    #{rows := Rows} = walk(now_ms() + 10000),
    Sizes = lists:foldl(fun({Sup, _, _, _}, Map) -> count_all(Sup, Map) end, #{}, Rows),
    lists:foldl(fun({Sup, _, Pid, _}, Inner) ->
        case Sup =:= undefined orelse maps:get(Sup, Sizes) =< 100 of
            true -> monitor_one(Sup, Pid, Inner);
            false -> Inner
        end
    end, State, Rows).

count_all(Key, Map) -> maps:update_with(Key, fun(N) -> N + 1 end, 1, Map).

monitor_one(Supervisor, Pid, #{known := Known, monitors := Monitors, limit := Limit} = State)
  when not is_map_key(Pid, Known), map_size(Monitors) < Limit ->
    Monitor = erlang:monitor(process, Pid),
    State#{known := Known#{Pid => true}, monitors := Monitors#{Monitor => {Pid, Supervisor}}};
monitor_one(_, _, State) -> State.

monitor_children(Supervisor, State) ->
    %% Asked by a process of its own: the supervisor may be busy, and this one must answer.
    case within(?SUPERVISOR_TIME, fun() -> children(Supervisor, ?SUPERVISOR_TIME) end) of
        {ok, {ok, Children}} when length(Children) =< 100 ->
            lists:foldl(fun
                ({_, Pid, _, _}, Inner) when is_pid(Pid) -> monitor_one(Supervisor, Pid, Inner);
                (_, Inner) -> Inner
            end, State, Children);
        _ -> State
    end.

died(Monitor, Reason, #{monitors := Monitors, known := Known, deaths := Deaths, stops := Stops} = State) ->
    case Monitors of
        #{Monitor := {Pid, Supervisor}} ->
            Less = State#{monitors := maps:remove(Monitor, Monitors), known := maps:remove(Pid, Known)},
            Supervisor =/= undefined andalso not is_suspended(Supervisor) andalso
                erlang:send_after(100, self(), {rescan, Supervisor}),
            case is_stop(Reason) of
                true -> Less#{stops := Stops + 1};
                false -> Less#{deaths := count(supervisor_name(Supervisor), Deaths)}
            end;
        #{} -> State
    end.

is_stop(normal) -> true;
is_stop(shutdown) -> true;
is_stop({shutdown, _}) -> true;
is_stop(_) -> false.

supervisor_name(undefined) -> <<"application">>;
supervisor_name(Pid) ->
    case name(Pid) of
        undefined -> shown(Pid);
        Name -> atom_to_binary(Name)
    end.

%% Runs in the process that logs: counts, and sends a name at most.
log(#{msg := {report, #{label := {_, Kind}} = Report}}, #{config := #{counters := Counters} = Config})
  when Kind =:= child_terminated; Kind =:= start_error; Kind =:= shutdown_error; Kind =:= shutdown ->
    counters:add(Counters, 3, 1),
    Kind =:= child_terminated andalso tell_watcher(Report, Config);
log(#{msg := {report, #{label := {proc_lib, crash}}}}, #{config := #{counters := Counters}}) ->
    counters:add(Counters, 2, 1);
log(#{level := _}, #{config := #{counters := Counters}}) ->
    counters:add(Counters, 1, 1);
log(_, _) -> ok.

tell_watcher(Report, #{counters := Counters, watcher := Watcher}) ->
    case counters:get(Counters, 5) < ?REPORTS of
        true ->
            counters:add(Counters, 5, 1),
            Watcher ! {report, reporter(Report)};
        false -> counters:add(Counters, 4, 1)
    end.

reporter(#{report := [{supervisor, Name} | _]}) -> short(Name);
reporter(_) -> <<"unknown">>.

short({local, Name}) when is_atom(Name) -> atom_to_binary(Name);
short({Pid, Module}) when is_pid(Pid), is_atom(Module) -> atom_to_binary(Module);
short(Name) when is_atom(Name) -> atom_to_binary(Name);
short(Name) -> shown(Name).

work() ->
    case erlang:statistics(scheduler_wall_time) of
        undefined -> undefined;
        Times ->
            %% Only normal schedulers: their numbers come first.
            Schedulers = erlang:system_info(schedulers),
            lists:foldl(fun
                ({Number, A, T}, {Active, Total}) when Number =< Schedulers -> {Active + A, Total + T};
                (_, Sum) -> Sum
            end, {0, 0}, Times)
    end.

%% In thousandths.
utilisation({A1, T1}, {A2, T2}) when T2 > T1 -> (A2 - A1) * 1000 div (T2 - T1);
utilisation(_, _) -> undefined.

%% One look at the node. Modules: those in whose old code processes may linger.
%% Without a watch, watch is undefined.
sample(Modules) ->
    Watch = case ask(?WATCH, counts, 5000) of
        #{} = Counts -> Counts;
        {error, _} -> undefined
    end,
    bounded(10000, fun() ->
        {Total, Ps, Binary, Ets} = case erlang:memory([total, processes, binary, ets]) of
            [{_, T}, {_, P}, {_, B}, {_, E}] -> {T, P, B, E}
        end,
        {Reductions, _} = erlang:statistics(reductions),
        Old = [M || M <- lists:sublist(Modules, 1000), erlang:check_old_code(M)],
        #{milliseconds => now_ms(),
          processes => erlang:system_info(process_count),
          run_queue => erlang:statistics(run_queue),
          memory => {Total, Ps, Binary, Ets},
          reductions => Reductions,
          queues => [{describe_one(Pid), Length} || {Length, Pid} <- longest_queues()],
          old_code => length(Old),
          lingering => lingering(Old),
          applications => lists:sort([A || {A, _, _} <- application:which_applications(5000)]),
          watch => Watch}
    end).

%% Processes in old code of some modules, found in half a second at most; undefined when that is too short.
lingering(Modules) ->
    Deadline = now_ms() + 500,
    case old_code(Modules, Deadline, []) of
        {Checked, []} -> lists:sum([Users + Unanswered || {_, Users, Unanswered, _} <- Checked]);
        {_, _} -> undefined
    end.

longest_queues() ->
    {Longest, _, _} = lists:foldl(fun(Pid, {Top, Size, Least} = Known) ->
        case process_info(Pid, message_queue_len) of
            {message_queue_len, Length} when Length > Least, Size < ?SHOWN ->
                {lists:sort([{Length, Pid} | Top]), Size + 1, 0};
            {message_queue_len, Length} when Length > Least ->
                [_ | [{Next, _} | _] = Rest] = lists:sort([{Length, Pid} | Top]),
                {Rest, Size, Next};
            _ -> Known
        end
    end, {[], 0, 0}, processes()),
    lists:reverse(Longest).

%%% The trace of an installation

%% Follows release_handler until stop_trace/1: when it suspends, converts and resumes each process, and what the
%% functions that the script applies return. Applied: [{M, F, Arity}].
%% {ok, NotSeen} with those of Applied that cannot be traced since they are not loaded, or {error, Reason}.
start_trace(Applied) ->
    Self = self(),
    Reference = make_ref(),
    case {whereis(release_handler), whereis(?TRACE)} of
        {undefined, _} -> {error, no_release_handler};
        {_, Pid} when is_pid(Pid) -> {error, traced};
        {Handler, undefined} ->
            Starter = fun() ->
                register(?TRACE, self()),
                erlang:group_leader(whereis(init), self()),
                trace_manager(Handler, lists:usort(Applied), Self, Reference)
            end,
            {Manager, Monitor} = spawn_monitor(Starter),
            receive
                {Reference, Answer} -> erlang:demonitor(Monitor, [flush]), Answer;
                {'DOWN', Monitor, process, Manager, Reason} -> {error, shown(Reason)}
            end
    end.

%% The report, or {error, Reason} when there was no trace or its tracer ran out of memory:
%% #{windows, longest, median, percentile99 (microseconds), longest_process, unanswered => [Process], unanswered_count,
%%   unresumed => [Process], unresumed_count, converted,
%%   restarted => [{Process, ChildText, Microseconds | undefined}], restarted_count,
%%   applied => [{M, F, Arity, Outcome, Microseconds}], applied_count}
%% Outcome: ok, or {error | crashed, Text}.
stop_trace(Time) -> end_with(?TRACE, stop, Time).

patterns(Applied) ->
    First = fun(Arity) -> [{['$1' | lists:duplicate(Arity - 1, '_')], [], [{message, '$1'}, {exception_trace}]}] end,
    Two = [{['$1', '$2'], [], [{message, {{'$1', '$2'}}}, {exception_trace}]}],
    Fixed = [{{sys, suspend, 1}, First(1)}, {{sys, suspend, 2}, First(2)},
             {{sys, resume, 1}, First(1)}, {{sys, resume, 2}, First(2)},
             %% What it returns may hold a whole state.
             {{sys, change_code, 4}, [{['$1', '_', '_', '_'], [], [{message, '$1'}]}]},
             {{sys, change_code, 5}, [{['$1', '_', '_', '_', '_'], [], [{message, '$1'}]}]},
             {{supervisor, terminate_child, 2}, Two}, {{supervisor, restart_child, 2}, Two}],
    Fixed ++ [{MFA, [{'_', [], [{message, applied}, {exception_trace}]}]} || MFA <- Applied, not lists:keymember(MFA, 1, Fixed)].

trace_manager(Handler, Applied, Caller, Reference) ->
    [code:ensure_loaded(M) || M <- [sys, supervisor]],
    {Seen, NotSeen} = lists:partition(fun({M, F, A}) ->
        _ = code:ensure_loaded(M),
        erlang:function_exported(M, F, A) orelse erlang:is_builtin(M, F, A)
    end, Applied),
    Patterns = patterns(Seen),
    case is_traced(Handler, Patterns) of
        true -> Caller ! {Reference, {error, traced}};
        false ->
            {Tracer, Monitor} = spawn_opt(?MODULE, tracer, [self(), {Handler, Seen}],
                [monitor, {priority, high}, {message_queue_data, off_heap},
                 {max_heap_size, #{size => ?HEAP, kill => true, error_logger => false}}]),
            try
                [1 = erlang:trace_pattern(MFA, Pattern, []) || {MFA, Pattern} <- Patterns],
                1 = erlang:trace(Handler, true, [call, arity, monotonic_timestamp, {tracer, Tracer}])
            of
                _ ->
                    Caller ! {Reference, {ok, NotSeen}},
                    manage_trace(Handler, Tracer, Monitor)
            catch
                _:_ ->
                    exit(Tracer, kill),
                    Caller ! {Reference, {error, traced}}
            after
                [erlang:trace_pattern(MFA, false, []) || {MFA, _} <- Patterns]
            end
    end.

is_traced(Handler, Patterns) ->
    erlang:trace_info(Handler, flags) =/= {flags, []} orelse
        lists:any(fun({MFA, _}) -> erlang:trace_info(MFA, traced) =/= {traced, false} end, Patterns).

%% An installation may take long; one that takes a day is not waited for.
manage_trace(Handler, Tracer, Monitor) ->
    receive
        {stop, Asker, Tag} ->
            end_trace(Handler),
            Tracer ! {finish, self()},
            receive
                {Tracer, Report} -> Asker ! {Tag, Report};
                {'DOWN', Monitor, process, Tracer, Reason} -> Asker ! {Tag, {error, shown(Reason)}}
            end;
        {'DOWN', Monitor, process, Tracer, Reason} ->
            %% Stays to say so.
            end_trace(Handler),
            receive {stop, Asker, Tag} -> Asker ! {Tag, {error, shown(Reason)}} after ?IDLE -> ok end
    after 86400000 ->
        end_trace(Handler),
        exit(Tracer, kill)
    end.

end_trace(Handler) ->
    try erlang:trace(Handler, false, [all]) of
        _ -> delivered(erlang:trace_delivered(Handler))
    catch
        error:_ -> ok
    end.

delivered(Reference) ->
    receive {trace_delivered, _, Reference} -> ok after 5000 -> ok end.

tracer(Manager, {Handler, Applied}) ->
    erlang:monitor(process, Manager),
    %% A child that the script itself stops by its supervisor is not one that an instruction stops and starts.
    Stops = not lists:member({supervisor, terminate_child, 2}, Applied),
    trace(Manager, Handler, #{stops => Stops, open => #{}, stack => [], closed => [], closed_count => 0, failed => [], converted => 0,
                              stopped => #{}, restarted => [], applied => []}).

trace(Manager, Handler, State) ->
    receive
        {trace_ts, Handler, call, MFA, Subject, Time} -> trace(Manager, Handler, called(MFA, Subject, Time, State));
        {trace_ts, Handler, return_from, MFA, Value, Time} ->
            trace(Manager, Handler, returned(MFA, outcome(Value), Time, State));
        {trace_ts, Handler, exception_from, MFA, {Class, Value}, Time} ->
            trace(Manager, Handler, returned(MFA, {crashed, shown({Class, Value})}, Time, State));
        {finish, Manager} -> Manager ! {self(), report(State)};
        {'DOWN', _, process, Manager, _} -> ok;
        _ -> trace(Manager, Handler, State)
    end.

outcome({error, Reason}) -> {error, shown(Reason)};
outcome(_) -> ok.

called({sys, change_code, _}, _, _, #{converted := Converted} = State) -> State#{converted := Converted + 1};
called({sys, suspend, _} = MFA, Pid, Time, #{open := Open} = State) ->
    push(MFA, Pid, Time, State#{open := case Open of #{Pid := _} -> Open; #{} -> Open#{Pid => Time} end});
called(MFA, Subject, Time, State) -> push(MFA, Subject, Time, State).

push(MFA, Subject, Time, #{stack := Stack} = State) -> State#{stack := [{MFA, Subject, Time} | Stack]}.

returned(MFA, Outcome, Time, #{stack := [{MFA, Subject, Start} | Rest]} = State) ->
    ended(MFA, Subject, Outcome, Start, Time, State#{stack := Rest});
returned(_, _, _, State) -> State.

ended({sys, suspend, _}, Pid, {crashed, _}, _, _, #{failed := Failed} = State) -> State#{failed := [Pid | Failed]};
ended({sys, suspend, _}, _, _, _, _, State) -> State;
ended({sys, resume, _}, Pid, _, _, Time, #{open := Open, closed := Closed, closed_count := Count} = State) ->
    case maps:take(Pid, Open) of
        {Since, Left} -> State#{open := Left, closed := [{Time - Since, Pid} | Closed], closed_count := Count + 1};
        error -> State
    end;
ended({supervisor, terminate_child, _}, Key, _, Start, _, #{stops := true, stopped := Stopped} = State) ->
    State#{stopped := Stopped#{Key => Start}};
ended({supervisor, restart_child, _} = MFA, Key, Outcome, Start, Time,
      #{stopped := Stopped, restarted := Restarted} = State) ->
    case maps:take(Key, Stopped) of
        {Since, Left} -> State#{stopped := Left, restarted := [{Key, Time - Since} | Restarted]};
        error -> applied(MFA, Outcome, Start, Time, State)
    end;
ended(MFA, _, Outcome, Start, Time, State) -> applied(MFA, Outcome, Start, Time, State).

%% Only what the script applies itself, not what that calls.
applied({M, F, A}, Outcome, Start, Time, #{stack := [], applied := Applied} = State) ->
    State#{applied := [{M, F, A, Outcome, (Time - Start) div 1000} | Applied]};
applied(_, _, _, _, State) -> State.

report(#{open := Open, closed := Closed, closed_count := Count, failed := Failed, converted := Converted,
         stopped := Stopped, restarted := Restarted, applied := Applied}) ->
    Sorted = lists:sort(Closed),
    {Longest, LongestPid} = at(100, Count, Sorted),
    {Median, _} = at(50, Count, Sorted),
    {Percentile, _} = at(99, Count, Sorted),
    Unresumed = maps:keys(Open),
    AllRestarted = [{Key, T div 1000} || {Key, T} <- Restarted] ++ [{Key, undefined} || Key <- maps:keys(Stopped)],
    #{windows => Count, longest => Longest div 1000, median => Median div 1000, percentile99 => Percentile div 1000,
      longest_process => describe_one(LongestPid), converted => Converted,
      unanswered => describe(lists:sublist(lists:reverse(Failed), ?SHOWN)), unanswered_count => length(Failed),
      unresumed => describe(lists:sublist(Unresumed, ?SHOWN)), unresumed_count => length(Unresumed),
      restarted => [{describe_one(Sup), shown(Id), T} || {{Sup, Id}, T} <- lists:sublist(AllRestarted, 100)],
      restarted_count => length(AllRestarted),
      applied => lists:sublist(lists:reverse(Applied), 1000), applied_count => length(Applied)}.

%% Of a sorted list, the value that Percent of all are at most.
at(_, 0, _) -> {0, undefined};
at(Percent, Count, Sorted) -> lists:nth(max(1, (Count * Percent + 99) div 100), Sorted).

%%% What an installation changes before its script

%% release_handler gives all applications the specifications and parameters of the other release before it begins with a
%% script, and leaves them so when the script fails before its point of no return. They are kept here as they are, by a
%% process of their own that outlives relift, until put_back/0 or stop/0.

%% ok, or {error, Text}. What was kept before is forgotten.
keep() ->
    _ = end_with(?KEPT, forget, 5000),
    Reference = make_ref(),
    {Pid, Monitor} = spawn_opt(?MODULE, keeper, [self(), Reference],
                               [monitor, {max_heap_size, #{size => ?HEAP, kill => true, error_logger => false}}]),
    receive
        {Reference, ok} -> erlang:demonitor(Monitor, [flush]), ok;
        {'DOWN', Monitor, process, Pid, Reason} -> {error, shown(Reason)}
    after 20000 ->
        exit(Pid, kill),
        erlang:demonitor(Monitor, [flush]),
        {error, <<"timeout">>}
    end.

%% #{changed => [Application], left => [Application]}: those that differed, and of these the ones that still do.
%% {error, none} when nothing is kept: the node was restarted, for instance.
put_back() -> end_with(?KEPT, put_back, 60000).

keeper(Parent, Reference) ->
    register(?KEPT, self()),
    erlang:group_leader(whereis(init), self()),
    Kept = maps:from_list([{A, specification(A)} || {A, _, _} <- application:loaded_applications()]),
    Configuration = configuration(),
    Parent ! {Reference, ok},
    keep_until_asked(Kept, Configuration).

keep_until_asked(Kept, Configuration) ->
    receive
        {put_back, Asker, Tag} -> Asker ! {Tag, put_back(Kept, Configuration)};
        {forget, Asker, Tag} -> Asker ! {Tag, ok};
        _ -> keep_until_asked(Kept, Configuration)
    after 86400000 -> ok
    end.

specification(Application) ->
    case application:get_all_key(Application) of
        {ok, Keys} -> [sorted(Key) || Key <- Keys];
        undefined -> undefined
    end.

sorted({env, Parameters}) -> {env, lists:keysort(1, Parameters)};
sorted(Key) -> Key.

%% What applications that are loaded from now on get from sys.config. There is no function that says it; in the state it is
%% the one list whose elements are parameters by application.
configuration() ->
    case [E || E <- tuple_to_list(sys:get_state(application_controller, 5000)), is_configuration(E)] of
        [Configuration] -> Configuration;
        _ -> []
    end.

is_configuration([_ | _] = List) ->
    lists:all(fun({A, Ps}) when is_atom(A), is_list(Ps) -> lists:all(fun is_parameter/1, Ps); (_) -> false end, List);
is_configuration(_) -> false.

is_parameter({Key, _}) -> is_atom(Key);
is_parameter(_) -> false.

put_back(Kept, Configuration) ->
    Before = application_controller:prep_config_change(),
    case {init:get_status(), changed(Kept)} of
        {{Status, _}, _} when Status =:= stopping -> {error, none};
        {_, Changed} ->
            %% Also where no application changed: the configuration may have.
            _ = application_controller:change_application_data([{application, A, Keys} || {A, Keys} <- Changed], Configuration),
            %% What was set while the node ran stands in no file, and is covered by what stands in one.
            lists:foreach(fun({A, Keys}) -> set_parameters(A, proplists:get_value(env, Keys, [])) end, Changed),
            %% Told as release_handler told them of the other parameters.
            Changed =/= [] andalso application_controller:config_change(Before),
            #{changed => lists:sort([A || {A, _} <- Changed]), left => lists:sort([A || {A, _} <- changed(Kept)])}
    end.

changed(Kept) ->
    [{A, Keys} || {A, Keys} <- maps:to_list(Kept), Keys =/= undefined, Now <- [specification(A)],
                  Now =/= undefined, Now =/= Keys].

set_parameters(Application, Parameters) ->
    {env, Now} = lists:keyfind(env, 1, specification(Application)),
    _ = [application:unset_env(Application, K) || {K, _} <- Now, not lists:keymember(K, 1, Parameters)],
    _ = [application:set_env(Application, K, V) || {K, V} = P <- Parameters, not lists:member(P, Now)],
    ok.

%% Ends the watch and the trace, and forgets what is kept: before the module is removed.
stop() ->
    _ = stop_watch(),
    _ = stop_trace(5000),
    _ = end_with(?KEPT, forget, 5000),
    ok.

%%% Describing

describe(Pids) -> [describe_one(Pid) || Pid <- Pids].

describe_one(Pid) when is_pid(Pid), node(Pid) =:= node() ->
    Current = case process_info(Pid, current_function) of
        {current_function, {M, F, A}} -> {M, F, A};
        _ -> undefined
    end,
    {Pid, name(Pid), first_call(Pid), Current, application_of(Pid)};
describe_one(Pid) when is_pid(Pid) -> {Pid, undefined, undefined, undefined, undefined};
describe_one(Name) when is_atom(Name), Name =/= undefined ->
    case whereis(Name) of
        Pid when is_pid(Pid) -> describe_one(Pid);
        _ -> undefined
    end;
describe_one(_) -> undefined.

name(Pid) ->
    case process_info(Pid, registered_name) of
        {registered_name, Name} -> Name;
        _ -> undefined
    end.

application_of(Pid) ->
    case application:get_application(Pid) of
        {ok, Application} -> Application;
        undefined -> undefined
    end.

%% A term as a text, cut. No binary is matched in this module: OTP 29 does not load what OTP 25 makes of it.
shown(Term) ->
    case unicode:characters_to_binary(lists:sublist(lists:flatten(io_lib:format("~0tP", [Term, 20])), 300)) of
        Text when is_binary(Text) -> Text;
        _ -> <<"?">>
    end.

text(List) when is_list(List) ->
    case unicode:characters_to_binary(List) of
        Binary when is_binary(Binary) -> Binary;
        _ -> shown(List)
    end;
text(Binary) when is_binary(Binary) -> Binary;
text(Other) -> shown(Other).

%%% Bounds

now_ms() -> erlang:monotonic_time(millisecond).

remaining(Deadline) -> max(0, Deadline - now_ms()).

%% What a function returns in a process of its own, or {error, Text}.
bounded(Time, Function) ->
    {Pid, Monitor} = spawn_opt(fun() -> answer(Function) end,
                               [monitor, {max_heap_size, #{size => ?HEAP, kill => true, error_logger => false}}]),
    receive
        {'DOWN', Monitor, process, Pid, {answer, Answer}} -> Answer;
        {'DOWN', Monitor, process, Pid, Reason} -> {error, shown(Reason)}
    after Time ->
        exit(Pid, kill),
        receive {'DOWN', Monitor, process, Pid, _} -> {error, <<"timeout">>} end
    end.

%% An error that nobody catches would be logged.
answer(Function) ->
    try Function() of
        Answer -> exit({answer, Answer})
    catch
        Class:Reason:Stack -> exit({failed, {Class, Reason, lists:sublist(Stack, 3)}})
    end.

within(Time, Function) ->
    {Pid, Monitor} = spawn_monitor(fun() -> answer(Function) end),
    receive
        {'DOWN', Monitor, process, Pid, {answer, Answer}} -> {ok, Answer};
        {'DOWN', Monitor, process, Pid, _} -> timeout
    after Time ->
        exit(Pid, kill),
        erlang:demonitor(Monitor, [flush]),
        timeout
    end.

ask(Name, Question, Time) -> ask(Name, Question, Time, fun(Monitor, _) -> erlang:demonitor(Monitor, [flush]) end).

%% Asks the last question: when it is answered, the process is gone.
end_with(Name, Question, Time) ->
    ask(Name, Question, Time, fun(Monitor, Pid) ->
        receive {'DOWN', Monitor, process, Pid, _} -> true after 5000 -> erlang:demonitor(Monitor, [flush]) end
    end).

ask(Name, Question, Time, Afterwards) ->
    case whereis(Name) of
        undefined -> {error, none};
        Pid ->
            Monitor = erlang:monitor(process, Pid),
            Pid ! {Question, self(), Monitor},
            receive
                {Monitor, Answer} -> Afterwards(Monitor, Pid), Answer;
                {'DOWN', Monitor, process, Pid, _} -> {error, none}
            after Time ->
                erlang:demonitor(Monitor, [flush]),
                {error, timeout}
            end
    end.
