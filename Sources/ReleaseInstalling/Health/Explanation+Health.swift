package import Diagnostics

/// What it means when an upgrade was not what `release_handler` says of it, or the node is sick after it.
extension Explanation {
    package static let health: [Explanation] = [
        live(
            "installed/apply-failed", "a function that a script applied failed",
            "`release_handler` ignores what it returns: an application that did not start, for instance, still makes an "
                + "upgrade that succeeded.",
            "See what the function was to do, and whether the release can do without."),
        live(
            "installed/application-not-running", "an application of the new release does not run after the upgrade",
            "`release_handler` reports success also when an application did not start.",
            "Start it by hand to see why: `application:ensure_all_started/1`."),
        live(
            "installed/not-suspended", "a process did not answer when it was to be suspended",
            "`release_handler` passes over it: it runs on, and its state is not converted.",
            "See what it waits for, and restart it by its supervisor."),
        live(
            "installed/not-resumed", "a process was suspended and not resumed",
            "It answers nobody.", "`sys:resume/1` it."),
        live(
            "installed/not-restarted", as: .warning, "a process was stopped and not started again",
            "The script stopped it by its supervisor.", "`supervisor:restart_child/2` it, unless it was to go."),
        live(
            "installed/result-not-seen", as: .note, "it is not known what a function returned to a script",
            "Its module was loaded only by the upgrade itself, so its result could not be followed.",
            "See that what it does was done."),
        live(
            "installed/parameter-changed", as: .warning,
            "parameters changed during an upgrade without being in its files",
            "Code of the release set them, or somebody else did meanwhile. Only digests were compared.",
            "See that the applications have what they need."),
        live(
            "health/missing-data", "it is not known whether a node is healthy",
            "Too many samples of the trial are missing, or nothing is known of the time before. What is not known is not "
                + "taken to be good.",
            "See whether the node can be reached, and has time to answer."),
        live(
            "health/deaths", "supervised processes died after an upgrade",
            "More than two more than the time before makes expect. Those that were stopped do not count, nor do the "
                + "children of supervisors with more than a hundred.",
            "The node's log has their reports."),
        live(
            "health/reports", "a node logged many errors after an upgrade",
            "More than twenty more than ten times what the time before makes expect.", "See the node's log."),
        live(
            "health/applications", "an application of the release stopped after an upgrade",
            "It ran, or was to run, and did not in two samples.", "The node's log says why it ended."),
        live(
            "health/queues", "messages pile up for a process after an upgrade",
            "In three samples more than a thousand, and more than ten times what it was before, waited for one process.",
            "See what the process waits for."),
        live(
            "health/run-queue", "processes wait for a scheduler after an upgrade",
            "In five samples more than fifty, and more than ten times what it was before.",
            "See what keeps the node busy."),
        live(
            "health/memory", "a node uses much more memory after an upgrade",
            "In five samples more than twice what it was before and 64 MiB.",
            "See what grows: processes, binaries or ETS."),
        live(
            "health/processes", "a node has many more, or far fewer, processes after an upgrade",
            "In five samples more than twice as many and a thousand, or fewer than half.",
            "See which processes come, or are gone."),
        live(
            "health/utilisation", "the schedulers of a node have no time left after an upgrade",
            "In ten samples they worked 95 percent of the time, and less than 80 before.",
            "See what keeps the node busy."),
        live(
            "health/question", "a question about the health of a release was not answered well",
            "The manifest names it in `health`. A required one takes the release back after three answers on end that are not "
                + "good, or when the last is not; of one that is only wanted it is told.",
            "Ask it by hand."),
        live(
            "health/old-code", as: .warning, "processes are in old code after an upgrade",
            "What is there when the release is made permanent is killed where the script says `brutal_purge`.",
            "See `relift explain preflight/stays-in-old-code`."),
        live(
            "health/bad-question", "a manifest has something else among its questions about health",
            "A question is `{http, Url}`, `{cmd, Command}` or `{rpc, Module, Function, Arguments}`, also as "
                + "`{required, Question}` or `{wanted, Question}`.",
            "Write one of these."),
    ]
}
