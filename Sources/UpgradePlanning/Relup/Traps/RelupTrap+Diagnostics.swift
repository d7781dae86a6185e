package import Diagnostics
import ErlangTerms
package import ReleaseModel

extension RelupTrap {
    /// The trap as a warning. `places` gives what is known of the files of a release of the plan.
    package func diagnostic(_ places: (ReleaseResource) -> ReleasePlaces = { _ in .unknown }) -> Diagnostic {
        let modes = Set(self.scripts.map(\.mode))
        var finding = self.kind.diagnostic(
            direction: modes.count == 1 ? modes.first?.direction : nil, changes: Set(self.scripts.map(\.change)),
            places)
        let bases = Set(self.scripts.map(\.base))
        if bases.count > 1 {
            let names = self.scripts.map(\.base.text).reduce(into: [String]()) { names, name in
                if !names.contains(name) { names.append(name) }
            }
            finding.notes.append(Diagnostic.Note("with the releases \(names.prefix(10).joined(separator: ", "))"))
        }
        return finding
    }
}

extension RelupTrap.Kind {
    /// The warning without the scripts it is in.
    func diagnostic(
        direction: Diagnostic.Direction?, changes: Set<RelupTrap.Script.Change> = [],
        _ places: (ReleaseResource) -> ReleasePlaces = { _ in .unknown }
    ) -> Diagnostic {
        switch self {
        case .addedBeforeDependency(let name, let dependencies, let order, let release):
            Self.added(name, dependencies, order, direction, places(release))
        case .removedBeforeDependant(let name, let dependants, let order, let release):
            Self.removed(name, dependants, order, direction, places(release))
        case .includedApplicationOnItsOwn(let name, let includer, let release):
            Self.included(name, includer, changes, direction, places(release))
        case .startTypeIgnored(let name, let base, let top, let release):
            Self.startType(name, base, top, direction, places(release))
        case .patternFindsLess(let name, let pattern, let version, let found, let place):
            Self.findsLess(name, pattern, version, found, direction, place)
        case .patternMatchesNothing(let name, let pattern, let place):
            Diagnostic(
                .appupPatternNeverMatches, .warning, "no text at all matches the pattern `\(pattern.text)`", at: place,
                explanation: "OTP passes over the entry, whatever the version.",
                help: ["write a pattern such as `<<\"1\\\\.4\\\\.[0-9]+\">>`, or remove the entry"],
                application: name.name, direction: direction)
        }
    }

    private static func names(_ names: [ApplicationName], last: String) -> String {
        let quoted = names.map { "`\($0)`" }
        guard quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " \(last) " + quoted[quoted.count - 1]
    }

    private static func added(
        _ name: ApplicationName, _ dependencies: [ApplicationName], _ order: [ApplicationName],
        _ direction: Diagnostic.Direction?, _ places: ReleasePlaces
    ) -> Diagnostic {
        let list = Self.names(dependencies, last: "and")
        return Diagnostic(
            .relupAddedBeforeDependency, .warning,
            "the script starts `\(name)` before \(list), which it depends on", at: places.entry(name),
            explanation: """
                OTP starts added applications in the order of the `.rel` file. The start of `\(name)` fails, the script \
                discards its answer, and the upgrade succeeds without `\(name)`.
                """,
            notes: dependencies.map { Diagnostic.Note("`\($0)` is listed here", at: places.entry($0)) }
                + [Diagnostic.Note("the right order: \(order.map { "`\($0)`" }.joined(separator: ", "))")],
            help: [
                "make the relup with `--order dependencies`",
                "or list `\(name)` behind \(list) in the `.rel` file; the way back then stops them in that order too,"
                    + " which is wrong there",
            ], application: name.name, direction: direction)
    }

    private static func removed(
        _ name: ApplicationName, _ dependants: [ApplicationName], _ order: [ApplicationName],
        _ direction: Diagnostic.Direction?, _ places: ReleasePlaces
    ) -> Diagnostic {
        let list = Self.names(dependants, last: "and")
        return Diagnostic(
            .relupRemovedBeforeDependant, .warning,
            "the script stops `\(name)` before \(list), which \(dependants.count == 1 ? "depends" : "depend") on it",
            at: places.entry(name),
            explanation: """
                OTP stops removed applications in the order of the `.rel` file and removes the code of each at once: \
                until its own turn, what depends on `\(name)` runs without it.
                """,
            notes: dependants.map { Diagnostic.Note("`\($0)` is listed here", at: places.entry($0)) }
                + [Diagnostic.Note("the right order: \(order.map { "`\($0)`" }.joined(separator: ", "))")],
            help: ["make the relup with `--order dependencies`"], application: name.name, direction: direction)
    }

    private static func included(
        _ name: ApplicationName, _ includer: ApplicationName, _ changes: Set<RelupTrap.Script.Change>,
        _ direction: Diagnostic.Direction?, _ places: ReleasePlaces
    ) -> Diagnostic {
        let starts = changes.contains(.added)
        let verbs = (starts ? ["starts"] : []) + (changes.contains(.removed) ? ["stops"] : [])
        return Diagnostic(
            .relupIncludedApplicationStarted, .warning,
            "the script \(verbs.joined(separator: " and ")) `\(name)` on its own, although `\(includer)` includes it",
            at: places.entry(name),
            explanation: starts
                ? """
                A node that boots the release only loads `\(name)`; its processes run in the tree of `\(includer)`. After \
                this upgrade it runs as an application of its own as well, or its second start fails unnoticed.
                """
                : """
                Its processes run in the tree of `\(includer)`: the stop does nothing, and its code is removed whether \
                they still run or not.
                """,
            notes: [Diagnostic.Note("`\(includer)` is listed here", at: places.entry(includer))],
            help: [
                "make the relup with `--order dependencies`, and let the appup of `\(includer)` start and stop what is"
                    + " in `\(name)`, for example with `{restart_application,\(includer)}`"
            ], application: name.name, direction: direction)
    }

    private static func startType(
        _ name: ApplicationName, _ base: StartType, _ top: StartType, _ direction: Diagnostic.Direction?,
        _ places: ReleasePlaces
    ) -> Diagnostic {
        Diagnostic(
            .relupStartTypeChangeIgnored, .warning,
            "`\(name)` has start type `\(top.rawValue)` now and had `\(base.rawValue)`, and the script does not change it",
            at: places.entry(name),
            explanation: """
                A relup acts on versions, not on start types: the upgraded node goes on as it was started, and differs \
                from one that boots the release until it boots itself.
                """,
            help: [
                "give `\(name)` a new version whose appup says `{restart_application,\(name)}`: that starts it with the"
                    + " new type",
                "or restart the node after the upgrade",
            ], application: name.name, direction: direction)
    }

    private static func findsLess(
        _ name: ApplicationName, _ pattern: VersionPattern, _ version: ApplicationVersion, _ found: String?,
        _ direction: Diagnostic.Direction?, _ place: Diagnostic.Place
    ) -> Diagnostic {
        let anchored = TermPrinter.line(.binary(Array("(?:\(pattern.text))$".utf8)))
        return Diagnostic(
            .appupPatternNeverMatches, .warning,
            "the pattern `\(pattern.text)` covers version \(version), but OTP does not take it", at: place,
            explanation: """
                OTP asks for the first match and compares it with the whole version. Alternatives are tried from left \
                to right, and `?` behind a repetition takes as little as possible.
                """,
            notes: found.map { [Diagnostic.Note("the first match in \"\(version)\" is \"\($0)\"")] } ?? [],
            help: ["write \(anchored)", "or put longer alternatives first and use greedy repetitions"],
            application: name.name, direction: direction)
    }
}
