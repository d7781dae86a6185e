%% Takes a node back to its former release when nobody confirms the new one in time: relift loads it for a trial.
%%
%% One process, linked to nobody, so that it outlives relift, its connection and its other module, relift_agent. It uses
%% release_handler as a person would: the hot way back, and when that fails, a restart into the release that boots. It
%% writes nothing itself. When all is over it stays to say what it did, until it is dismissed or another trial begins.
-module(relift_guard).

-export([start/1, confirm/1, extend/2, status/0, dismiss/1]).
%% For processes of this module; not for callers.
-export([init/3, go_back/1]).

-define(NAME, relift_guard).
%% The most that `after` takes is 2^32 - 1.
-define(LONGEST, 4000000000).

%% Begins a trial: #{id => binary(), from => string(), to => string(), time => Milliseconds,
%% return_time => Milliseconds that the way back may take, options => for install_release/2}.
%% ok, or {error, Status} of the trial that goes on, or {error, Text}.
start(#{id := Id, from := _, to := _, time := Time, return_time := ReturnTime, options := _} = Trial)
  when is_binary(Id), is_integer(Time), Time > 0, Time =< ?LONGEST,
       is_integer(ReturnTime), ReturnTime > 0, ReturnTime =< ?LONGEST ->
    case status() of
        #{state := State} = Status when State =:= waiting; State =:= going_back; State =:= restarting ->
            {error, Status};
        #{id := Old} ->
            _ = dismiss(Old),
            begin_trial(Trial);
        none -> begin_trial(Trial);
        {error, _} = Error -> Error
    end.

begin_trial(Trial) ->
    Reference = make_ref(),
    {Pid, Monitor} = spawn_monitor(?MODULE, init, [Trial, self(), Reference]),
    receive
        {Reference, ok} -> erlang:demonitor(Monitor, [flush]), ok;
        {'DOWN', Monitor, process, Pid, _} -> {error, <<"another trial began">>}
    end.

%% Ends the trial: the new release stays. ok, or {error, Status | none} when it is too late or another trial.
confirm(Id) -> ask({confirm, Id}).

%% From now on, Time ms are left. ok, or {error, Status | none}.
extend(Id, Time) when is_integer(Time), Time > 0, Time =< ?LONGEST -> ask({extend, Id, Time}).

%% none, or #{id, from, to, left => Milliseconds, state, detail}.
%% state: waiting, confirmed, going_back, restarting, returned (hot), unneeded (it was made permanent, or left already)
status() ->
    case ask(status) of
        {error, none} -> none;
        Answer -> Answer
    end.

%% Ends the process of a trial that is over. ok, or {error, Status | none}.
dismiss(Id) -> ask({dismiss, Id}).

ask(Question) ->
    case whereis(?NAME) of
        undefined -> {error, none};
        Pid ->
            Monitor = erlang:monitor(process, Pid),
            Pid ! {Question, self(), Monitor},
            receive
                {Monitor, gone} -> receive {'DOWN', Monitor, process, Pid, _} -> ok end;
                {Monitor, Answer} -> erlang:demonitor(Monitor, [flush]), Answer;
                {'DOWN', Monitor, process, Pid, _} -> {error, none}
            after 5000 ->
                erlang:demonitor(Monitor, [flush]),
                {error, <<"timeout">>}
            end
    end.

%%% The process

init(Trial, Parent, Reference) ->
    process_flag(trap_exit, true),
    erlang:group_leader(whereis(init), self()),
    try register(?NAME, self()) of
        true ->
            Parent ! {Reference, ok},
            #{time := Time} = Trial,
            loop(Trial#{state => waiting, detail => <<>>, deadline => now_ms() + Time})
    catch
        error:badarg -> exit(normal)
    end.

loop(#{id := Id, state := State} = Trial) ->
    receive
        {status, Asker, Tag} -> answer(Asker, Tag, shown(Trial), Trial);
        {{confirm, Id}, Asker, Tag} when State =:= waiting; State =:= confirmed ->
            answer(Asker, Tag, ok, Trial#{state := confirmed});
        {{extend, Id, Time}, Asker, Tag} when State =:= waiting ->
            answer(Asker, Tag, ok, Trial#{deadline := now_ms() + Time});
        {{dismiss, Id}, Asker, Tag} when State =:= confirmed; State =:= returned; State =:= unneeded ->
            Asker ! {Tag, gone};
        {{_, Asked}, Asker, Tag} when is_binary(Asked) -> answer(Asker, Tag, {error, shown(Trial)}, Trial);
        {{_, Asked, _}, Asker, Tag} when is_binary(Asked) -> answer(Asker, Tag, {error, shown(Trial)}, Trial);
        {'DOWN', Monitor, process, _, {went_back, Result}} when map_get(monitor, Trial) =:= Monitor ->
            loop(went_back(Result, Trial));
        {'DOWN', Monitor, process, _, Reason} when map_get(monitor, Trial) =:= Monitor ->
            loop(restart(Reason, Trial));
        _ -> loop(Trial)
    after left(Trial) ->
        case State of
            waiting -> loop(begin_return(Trial));
            going_back -> loop(restart(timeout, Trial));
            _ -> loop(Trial)
        end
    end.

answer(Asker, Tag, Answer, Trial) ->
    Asker ! {Tag, Answer},
    loop(Trial).

left(#{state := State, deadline := Deadline}) when State =:= waiting; State =:= going_back ->
    max(0, Deadline - now_ms());
left(_) -> infinity.

shown(#{id := Id, from := From, to := To, state := State, detail := Detail} = Trial) ->
    Left = case left(Trial) of
        infinity -> 0;
        Time -> Time
    end,
    #{id => Id, from => unicode:characters_to_binary(From), to => unicode:characters_to_binary(To), state => State,
      detail => Detail, left => Left}.

begin_return(#{from := From, to := To, return_time := Time} = Trial) ->
    logger:warning("relift: nobody confirmed release ~ts in time; going back to ~ts", [To, From]),
    {_, Monitor} = spawn_monitor(?MODULE, go_back, [Trial]),
    Trial#{state := going_back, deadline := now_ms() + Time, monitor => Monitor}.

%% Runs in a process of its own: release_handler answers when it is done with what it does, however long that is.
go_back(#{from := From, to := To, options := Options}) ->
    exit({went_back, case running() of
        {To, permanent} -> {unneeded, <<"it was made permanent">>};
        {To, _} -> install(From, Options);
        {Other, _} -> {unneeded, unicode:characters_to_binary(["release ", Other, " runs"])};
        none -> {failed, no_running_release}
    end}).

install(From, Options) ->
    case release_handler:install_release(From, Options) of
        {ok, _, _} ->
            case running() of
                {From, _} -> returned;
                Other -> {failed, {running, Other}}
            end;
        Other -> {failed, Other}
    end.

running() ->
    Releases = release_handler:which_releases(),
    case [{Version, Status} || {_, Version, _, Status} <- Releases, Status =:= current] ++
         [{Version, Status} || {_, Version, _, Status} <- Releases, Status =:= permanent] of
        [First | _] -> First;
        [] -> none
    end.

went_back(returned, #{from := From} = Trial) ->
    logger:notice("relift: release ~ts runs again", [From]),
    Trial#{state := returned};
went_back({unneeded, Why}, #{to := To} = Trial) ->
    logger:notice("relift: no way back from release ~ts is needed: ~ts", [To, Why]),
    Trial#{state := unneeded, detail := Why};
went_back({failed, Reason}, Trial) ->
    restart(Reason, Trial).

%% install_release/2 may have begun a restart itself: a second one changes nothing.
restart(Reason, #{from := From} = Trial) ->
    Text = printed(Reason),
    logger:error("relift: the way back to release ~ts failed (~ts); restarting the node", [From, Text]),
    _ = init:restart(),
    Trial#{state := restarting, detail := Text}.

printed(Reason) ->
    case unicode:characters_to_binary(lists:sublist(lists:flatten(io_lib:format("~0tP", [Reason, 20])), 300)) of
        Text when is_binary(Text) -> Text;
        _ -> <<"?">>
    end.

now_ms() -> erlang:monotonic_time(millisecond).
