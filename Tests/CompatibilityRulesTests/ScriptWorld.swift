import ErlangTerms
import ReleaseModel
import Testing
import UpgradePlanning

@testable import CompatibilityRules

/// Releases of a test as values: applications with modules whose code is a number.
struct ScriptWorld {
    struct App {
        let name: String
        let version: String
        /// Two modules of one number are the same.
        var modules: [String: Module]
    }

    struct Module {
        var code: UInt8
        var isServer = false
        var exports: [ModuleFacts.FunctionName] = []
    }

    /// A release with kernel, stdlib and sasl, which have no modules, and these applications.
    static func release(_ version: String, _ apps: [App], appups: [String: Appup] = [:]) throws -> Release {
        let base = [("kernel", "8.5"), ("stdlib", "4.2"), ("sasl", "4.2")].map {
            App(name: $0.0, version: $0.1, modules: [:])
        }
        let resource = ReleaseResource(
            name: try #require(ReleaseName(validating: "shop")),
            version: try #require(ReleaseVersion(validating: version)),
            runtime: try #require(RuntimeVersion(validating: "13.1")),
            applications: try (base + apps).map { app in
                ReleaseResource.Entry(
                    name: try self.name(app), version: try #require(ApplicationVersion(validating: app.version)))
            })
        return try ReleaseResolution(
            resource, applications: try (base + apps).map { try self.application($0, appups[$0.name]) }
        ).release
    }

    static func side(_ release: Release) -> Hop.Side {
        Hop.Side(ReleaseSnapshot(release: release, places: ReleasePlaces(), resourcePath: "shop.rel"))
    }

    private static func name(_ app: App) throws -> ApplicationName {
        try #require(ApplicationName(validating: Atom(app.name)))
    }

    private static func application(_ app: App, _ appup: Appup?) throws -> Application {
        let dependencies: [ApplicationName] =
            switch app.name {
            case "kernel": []
            case "stdlib": [.kernel]
            default: [.kernel, .stdlib]
            }
        var facts: [ModuleName: ModuleFacts] = [:]
        for (text, module) in app.modules {
            let name = try #require(ModuleName(validating: Atom(text)))
            let callbacks: [ModuleFacts.FunctionName] =
                module.isServer ? [.init("init", 1), .init("code_change", 3)] : []
            facts[name] = ModuleFacts(
                name: name, digest: Array(repeating: module.code, count: 16),
                behaviours: module.isServer ? ["gen_server"] : [], exports: Set(module.exports + callbacks))
        }
        return Application(
            specification: ApplicationSpecification(
                name: try self.name(app), version: try #require(ApplicationVersion(validating: app.version)),
                modules: facts.keys.sorted(), applications: dependencies),
            directory: "lib/\(app.name)-\(app.version)/ebin", modules: facts, appup: appup)
    }

    /// A run of a script in Erlang's syntax, from release 1 with `shop` 1 to release 2 with `shop` 2.
    static func run(
        _ script: String, old: [String: Module] = ["shop": Module(code: 1)],
        new: [String: Module] = ["shop": Module(code: 2)]
    ) throws -> ScriptRun {
        let from = try self.release("1", [App(name: "shop", version: "1", modules: old)])
        let to = try self.release("2", [App(name: "shop", version: "2", modules: new)])
        let steps = try #require(try TermText.parseTerm(script).listElements).map {
            PlannedStep(instruction: $0, cause: Cause("of a test"))
        }
        return ScriptRun(steps, .up, source: self.side(from), target: self.side(to))
    }
}
