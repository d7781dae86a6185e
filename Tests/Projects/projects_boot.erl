%% Starts a release with its own start script, asks whether it lives, and stops it.
-module(projects_boot).
-export([answers/3]).

%% pong, or what was said instead.
answers(Root, Release, Environment) ->
    Script = filename:join([Root, "bin", Release]),
    Run = fun(Command) -> projects:command("/", Script, [Command], Environment) end,
    {_, Started} = Run("daemon"),
    Answer = ask(Run, 40),
    _ = Run("stop"),
    case Answer of
        pong -> pong;
        Said -> unicode:characters_to_list([Started, Said])
    end.

ask(Run, Left) ->
    case Run("ping") of
        {0, <<"pong", _/binary>>} -> pong;
        {_, Said} when Left =:= 0 -> Said;
        _ -> timer:sleep(500), ask(Run, Left - 1)
    end.
