package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A conversion of processes that are not suspended.
package enum NotSuspended: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/not-suspended"), as: .error, "states are converted of processes that are not suspended",
        meaning: """
            The release handler sends a code change to the processes that it has suspended, and to no other ones. Without \
            `suspend` for the same module a `code_change` does nothing and says nothing: the processes go on with the new \
            code and their old states.
            """,
        example: .shopRelup(.twoServers, .readShop, .noReturn, .loadShop, "{code_change,up,[{shop,[]}]}"),
        wayOut: ["write `{suspend,[MODULE]}` before and `{resume,[MODULE]}` behind it"])

    package static let mended: [Explanation.File] = [
        .shopRelup(
            .readShop, .noReturn, "{suspend,[shop]}", .loadShop, "{code_change,up,[{shop,[]}]}", "{resume,[shop]}")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.conversions.filter { !run.isSuspended($0.module, at: $0.step) }.map { conversion in
            hop.finding(
                self.id, .error,
                "the \(run.name) converts the states of `\(conversion.module)`, whose processes are not suspended then",
                in: run, steps: [conversion.step], module: conversion.module,
                why: "The release handler asks suspended processes only: nothing happens, without a word.",
                help: ["suspend the module before, and resume it behind: `{suspend,[\(conversion.module)]}`"])
        }
    }
}
