package import Diagnostics

/// What it means when a node is not as the script of an upgrade takes it to be.
extension Explanation {
    package static let preflight: [Explanation] = [
        live(
            "preflight/drift", as: .warning, "a node has loaded other code than its release has",
            "The MD5 of a loaded module is not that of the release's file: somebody has loaded a module by hand, or changed "
                + "a file. The upgrade was checked from what the files have.",
            "Load what the files have, or restart the node into its release."),
        live(
            "preflight/other-version", "a node runs other versions of applications than its release",
            "What `release_handler` takes for the running release is not what runs, as after a crash between two of its "
                + "files. The script would convert states that are not there.",
            "Restart the node into its release, then upgrade it."),
        live(
            "preflight/old-code", as: .note, "processes are in old code of a module that the upgrade does not touch",
            "They are there since an earlier change. An upgrade of that module kills them, or is refused.",
            "See what they wait for, and have them call their module by its full name."),
        live(
            "preflight/old-processes", "a script is refused since processes are in old code",
            "A module can have two versions in a node. For a third one, those in the oldest must be gone; with `soft_purge` "
                + "`release_handler` refuses the script as long as they are there. Nothing was changed.",
            "End these processes, or wait until they are done."),
        live(
            "preflight/killed-by-purge", "a script would kill processes that are in old code",
            "With `brutal_purge`, and for modules that are removed, processes in the oldest of two versions are killed.",
            "Wait until they are done, or end them in order."),
        live(
            "preflight/stays-in-old-code", as: .warning, "processes will stay in old code after an upgrade",
            "They execute a module that the script exchanges, and nobody suspends them. They go on in old code until they "
                + "call their module by its full name. What is there when the release is made permanent is killed, or "
                + "keeps the next upgrade from the module. Funs of the module that a process keeps cannot be seen.",
            "Have them found by their supervisor: `modules` of the child specification."),
        live(
            "preflight/not-checked", as: .warning, "a node did not answer all that was asked before an upgrade",
            "It had too little time, or too much to tell. What is not known is not taken to be good.",
            "Try again when the node has less to do."),
        live(
            "preflight/top-not-supervisor", "the top process of an application is no supervisor",
            "Before it suspends any process, `release_handler` goes through the supervision trees of all applications that "
                + "run. A top process that is not an OTP supervisor makes it crash after the point of no return, which "
                + "restarts the node. It does not matter whether the upgrade touches that application.",
            "Stop the application for the time of the upgrade, or upgrade by a restart.",
            "Give the application a supervisor at its top."),
        live(
            "preflight/suspended-supervisor", "a supervisor is suspended",
            "`release_handler` does not ask it for its children, but gives up after the point of no return, which restarts "
                + "the node.",
            "`sys:resume/1` it, if nobody else is at work on the node."),
        live(
            "preflight/busy-supervisor", "a supervisor does not name its children in time",
            "It is starting a child that takes long, or waits for something. `release_handler` waits five seconds for its "
                + "state, then gives up after the point of no return, which restarts the node.",
            "Wait until it is idle."),
        live(
            "preflight/unknown-supervisor", as: .note,
            "a process is declared as a supervisor and is of an unknown kind",
            "It was not asked for its children, since it may not understand. `release_handler` will ask it.",
            "See that it answers `supervisor:which_children/1`."),
        live(
            "preflight/dynamic-worker", "a process with `dynamic` modules is no event manager",
            "`release_handler` asks it for its modules. Only `gen_event` answers; others let five seconds pass, and the "
                + "script is given up after the point of no return, which restarts the node.",
            "Name the callback module in `modules` of the child specification."),
        live(
            "preflight/dynamic-supervisor", "a supervisor has `dynamic` modules",
            "`release_handler` expects a list and crashes after the point of no return, which restarts the node.",
            "Name the callback module in `modules` of the child specification."),
        live(
            "preflight/hidden-processes", as: .warning, "a supervisor is declared as a worker",
            "`release_handler` does not look at the children of a worker. Their processes are neither suspended nor "
                + "converted, and run on in old code.",
            "Say `type => supervisor` in the child specification."),
        live(
            "preflight/already-suspended", as: .warning, "processes are suspended before an upgrade",
            "Somebody else has suspended them, or an upgrade before left them so. The script resumes them at its end.",
            "See who is at work on the node."),
        live(
            "preflight/overloaded", as: .warning, "many messages wait for a process that is to be suspended",
            "It hears of it only behind them. One that takes more than five seconds is passed over: it runs on in old code, "
                + "and its state is not converted.",
            "Upgrade when it has less to do, or give it more time to be suspended."),
        live(
            "preflight/no-heart", "no `heart` watches a node that is to be restarted",
            "A script with `restart_new_emulator` or `restart_emulator` leaves starting the node again to `heart`.",
            "Start the node with `-heart` in `vm.args`."),
        live(
            "preflight/static-emulator", "a node with `-static_emulator` is to restart into another runtime system",
            "`release_handler` refuses that.", "Install the release anew, or take the flag out of `vm.args`."),
        live(
            "preflight/long-pause", as: .warning, "callers will wait long while processes are suspended",
            "It is reckoned: about 18 microseconds for each process that is suspended and converted, and for each module "
                + "that is loaded meanwhile 2 ms and 2.5 microseconds for each process of the node.",
            "Load modules that need no suspension outside of it.", "Upgrade when the node has fewer processes."),
        live(
            "preflight/parameter-lost", "parameters of a node would be lost: set while it runs, and in no file",
            "`install_release` makes the parameters of all applications anew from the `.app` files, `sys.config` and the "
                + "command line. What `application:set_env/3` or a provider of the configuration set is lost. Values are "
                + "compared in the node and told nowhere.",
            "Write them into the `sys.config` of the new release, or allow their loss."),
        live(
            "preflight/parameter-vanishes", "parameters of the running release are not in the new one",
            "After the upgrade an application that still asks for one gets nothing.",
            "Write them into the `sys.config` of the new release, or allow their loss."),
    ]
}
