import ArgumentParser
import UpgradePlanning

/// How much may be wrong.
struct StrictOptions: ParsableArguments {
    @Flag(help: "Take every warning as an error: status 1, and nothing is written.")
    var strict = false
}

extension RelupPlanner.ApplicationOrder: ExpressibleByArgument {}

/// The option `--order`, which two commands have.
enum ApplicationOrderOption {
    static let help = ArgumentHelp(
        "In which order applications are added and removed: otp (that of the .rel files, as systools) or dependencies "
            + "(started behind what they need, stopped before it; included applications are left to those that include "
            + "them).", valueName: "order")
}
