package import Diagnostics
import ErlangTerms

extension ReleaseWarning {
    /// What deserves attention, for people.
    package func diagnostics(_ places: ReleasePlaces = .unknown) -> [Diagnostic] {
        switch self {
        case .missingSasl:
            [
                Diagnostic(
                    .releaseMissingSasl, .warning, "the release lacks `sasl`",
                    at: places.resource.flatMap { file in file.terms.first.map(file.place) } ?? .none,
                    explanation: "`release_handler` is part of it: without it this release cannot be upgraded.",
                    help: ["add `{sasl,\"VERSION\"}` to the applications of the release"], application: "sasl")
            ]
        case .sourceNotFound(let module, let origin):
            [
                Diagnostic(
                    .releaseSourceNotFound, .warning, "the source of `\(module.name)` was not found",
                    at: places.property("modules", of: origin, element: module.atom),
                    explanation: "Whether `\(module.name).beam` is up to date cannot be said.",
                    help: ["keep `\(module.name).erl` in `src` beside `ebin`, or leave the source tests out"],
                    application: origin.name.name, module: module.name)
            ]
        case .objectOutOfDate(let module, let origin):
            [
                Diagnostic(
                    .releaseObjectOutOfDate, .warning, "`\(module.name).beam` is older than its source",
                    at: places.property("modules", of: origin, element: module.atom),
                    explanation: "The release would contain code that is not what the source says.",
                    help: ["compile `\(origin.name.name)` again"], application: origin.name.name, module: module.name)
            ]
        case .undefinedFunctions(let functions):
            functions.map { function in
                let name = "\(function.module.name):\(function.function.name)/\(function.arity)"
                return Diagnostic(
                    .releaseUndefinedFunction, .warning, "undefined function `\(name)`",
                    explanation: "A call of it fails at run time.",
                    help: ["correct the call, or add the application that has `\(function.module.name)`"],
                    module: function.module.name)
            }
        case .listedTwice(let name):
            [
                Diagnostic(
                    .releaseApplicationListedTwice, .warning, "`\(name.name)` is listed twice",
                    at: places.entry(name, occurrence: 1),
                    explanation:
                        "systools accepts this without a word; the boot script then loads the application twice.",
                    notes: [Diagnostic.Note("first listed here", at: places.entry(name))],
                    help: ["remove one of the two entries"], application: name.name)
            ]
        case .dependencyNotStarted(let origin, let dependency, let type):
            [
                Diagnostic(
                    .releaseDependencyNotStarted, .warning,
                    "`\(origin.name.name)` is started, but uses `\(dependency.name)`, which is not",
                    at: places.entry(dependency),
                    explanation: """
                        With start type `\(type.rawValue)` the boot script does not start `\(dependency.name)`, and \
                        starting `\(origin.name.name)` fails.
                        """,
                    notes: [
                        Diagnostic.Note(
                            "used here", at: places.property("applications", of: origin, element: dependency.atom))
                    ],
                    help: [
                        "remove `\(type.rawValue)` from the entry of `\(dependency.name)`,"
                            + " or give `\(origin.name.name)` the same start type"
                    ], application: origin.name.name)
            ]
        case .objectFilesMissing(let modules, let origin):
            modules.isEmpty ? [] : [Self.objectFilesMissing(modules, origin, places)]
        }
    }

    private static func objectFilesMissing(
        _ modules: [ModuleName], _ origin: ApplicationOrigin, _ places: ReleasePlaces
    ) -> Diagnostic {
        let application = origin.name.name
        let list = modules.prefix(5).map { "`\($0.name)`" }.joined(separator: ", ") + (modules.count > 5 ? ", …" : "")
        return Diagnostic(
            .releaseObjectFileMissing, .warning,
            modules.count == 1
                ? "`\(application)` has no object file for \(list)"
                : "`\(application)` has no object files for \(modules.count) modules: \(list)",
            at: places.property("modules", of: origin, element: modules[0].atom),
            explanation: """
                `\(origin.directory)` does not hold what the boot script loads; systools does not look, and the node \
                stops when it boots.
                """,
            help: [
                modules.count == 1
                    ? "compile the application, or remove \(list) from its `modules`"
                    : "compile the application, or remove them from its `modules`"
            ], application: application, module: modules.count == 1 ? modules[0].name : nil)
    }
}
