import Diagnostics
import ErlangTerms
import ReleaseModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import UpgradePlanning

/// Applications and releases of a test, as values for the planner and as files for systools.
struct ReleaseWorld: Sendable {
    struct App: Sendable {
        var name: String
        var version: String
        var modules: [String] = []
        /// Beside kernel and stdlib.
        var uses: [String] = []
        /// Of `uses`, those it can do without.
        var optional: [String] = []
        var includes: [String] = []
        /// The text of the `.appup` file.
        var appup: String?
    }

    struct Rel: Sendable {
        var file: String
        var version: String
        var runtime = "1.1"
        var name = "R"
        /// Beside kernel, stdlib and sasl: `name-version`, with `:type` or `:[included]` behind it where it has one.
        var entries: [String]
        var hasSasl = true
    }

    var applications: [App]
    var releases: [Rel]

    private static let base = [
        App(name: "kernel", version: "1.0"), App(name: "stdlib", version: "1.0"), App(name: "sasl", version: "3.0"),
    ]

    // MARK: - Values

    func release(_ file: String) throws -> Release {
        let written = try #require(self.releases.first { $0.file == file })
        let resource = ReleaseResource(
            name: try #require(ReleaseName(validating: written.name)),
            version: try #require(ReleaseVersion(validating: written.version)),
            runtime: try #require(RuntimeVersion(validating: written.runtime)),
            applications: try self.entries(written).map { entry in
                ReleaseResource.Entry(
                    name: try Self.name(entry.name),
                    version: try #require(ApplicationVersion(validating: entry.version)), type: entry.type,
                    included: try entry.included?.map(Self.name))
            })
        return try ReleaseResolution(
            resource, applications: try (self.applications + Self.base).map(Self.application)
        ).release
    }

    /// The planner for a top release, and the bases by their files.
    func plan(
        _ top: String, from bases: [String], options: RelupPlanner.Options = .init()
    ) throws(RelupProblem) -> RelupPlan {
        let planner: RelupPlanner
        let releases: [RelupPlanner.Base]
        do {
            planner = RelupPlanner(top: try self.release(top), options: options)
            releases = try bases.map { RelupPlanner.Base(try self.release($0)) }
        } catch {
            Issue.record(error)
            throw .warningsTreatedAsErrors([])
        }
        return try planner.plan(upFrom: releases, downTo: releases)
    }

    private static func name(_ name: String) throws -> ApplicationName {
        try #require(ApplicationName(validating: Atom(name)))
    }

    private static func directory(_ app: App) -> String { "lib/\(app.name)-\(app.version)/ebin" }

    private static func application(_ app: App) throws -> Application {
        Application(
            specification: ApplicationSpecification(
                name: try self.name(app.name), version: try #require(ApplicationVersion(validating: app.version)),
                description: "d", modules: try app.modules.map { try #require(ModuleName(validating: Atom($0))) },
                applications: try (self.dependencies(app)).map(self.name),
                optionalApplications: try app.optional.map(self.name),
                includedApplications: try app.includes.map(self.name)),
            directory: self.directory(app), appup: try app.appup.map(self.appup))
    }

    private static func dependencies(_ app: App) -> [String] {
        self.base.contains { $0.name == app.name } ? [] : ["kernel", "stdlib"] + app.uses
    }

    static func appup(_ text: String) throws -> Appup {
        let term = try TermText.parseTerm(text)
        let parts = try #require(term.tupleElements)
        func key(_ term: Term) -> Appup.Key {
            if let text = term.stringValue { return .exact(text) }
            return .pattern(String(decoding: term.binaryBytes ?? [], as: UTF8.self))
        }
        func entries(_ term: Term) throws -> [Appup.Entry] {
            try #require(term.listElements).map { entry in
                let pair = try #require(entry.tupleElements)
                return Appup.Entry(key: key(pair[0]), script: try #require(pair[1].listElements))
            }
        }
        return Appup(version: key(parts[0]), up: try entries(parts[1]), down: try entries(parts[2]))
    }

    private func entries(
        _ release: Rel
    ) throws -> [(name: String, version: String, type: StartType, included: [String]?)] {
        let always = ["kernel-1.0", "stdlib-1.0"] + (release.hasSasl ? ["sasl-3.0"] : [])
        let replaced = Set(release.entries.compactMap { $0.split(separator: "-").first })
        return try (always.filter { !replaced.contains($0.split(separator: "-")[0]) } + release.entries).map { text in
            let parts = text.split(separator: ":", maxSplits: 1)
            let identity = parts[0].split(separator: "-", maxSplits: 1)
            let rest = parts.count > 1 ? String(parts[1]) : "permanent"
            let included = rest.hasPrefix("[") ? try TermText.parseTerm(rest).listElements : nil
            return (
                String(identity[0]), String(identity[1]), StartType(rawValue: rest) ?? .permanent,
                included?.compactMap { $0.atomValue?.name }
            )
        }
    }

    // MARK: - Files

    /// Writes the files under a folder.
    func write(to folder: FilePath) async throws {
        for app in self.applications + Self.base {
            let directory = folder.appending(Self.directory(app))
            _ = try await run(.name("mkdir"), arguments: ["-p", directory.string], output: .discarded)
            let specification = """
                {application,\(app.name),[{description,"d"},{vsn,"\(app.version)"},\
                {modules,[\(app.modules.joined(separator: ","))]},{registered,[]},\
                {applications,[\(Self.dependencies(app).joined(separator: ","))]},\
                {optional_applications,[\(app.optional.joined(separator: ","))]},\
                {included_applications,[\(app.includes.joined(separator: ","))]}]}.
                """
            try File.write(Array(specification.utf8), to: directory.appending("\(app.name).app"))
            if let appup = app.appup {
                try File.write(Array((appup + ".").utf8), to: directory.appending("\(app.name).appup"))
            }
        }
        for release in self.releases {
            let entries = try self.entries(release).map { entry in
                let rest = entry.included.map { "[\($0.joined(separator: ","))]" } ?? entry.type.rawValue
                return "{\(entry.name),\"\(entry.version)\",\(rest)}"
            }
            let resource = """
                {release,{"\(release.name)","\(release.version)"},{erts,"\(release.runtime)"},\
                [\(entries.joined(separator: ","))]}.
                """
            try File.write(Array(resource.utf8), to: folder.appending("\(release.file).rel"))
        }
    }

    /// What `make_relup` answers for each top release with its bases, up and down, and its options: `{ok, Relup, Warnings}`,
    /// `{error, Module, Reason}` or `raised`.
    func systools(_ calls: [(top: String, bases: [String], options: String)]) async throws -> [Term] {
        try await withTemporaryFolder { folder in
            try await self.write(to: folder)
            let arguments = calls.map { call in
                let bases = call.bases.map { "\"\($0)\"" }.joined(separator: ",")
                return "{\"\(call.top)\",[\(bases)],\(call.options)}"
            }
            _ = try await OTP.evaluate(
                """
                Path = filelib:wildcard("lib/*/ebin"),
                Call = fun({Top, Bases, Options}) ->
                    try systools:make_relup(Top, Bases, Bases, [silent, noexec, {path, Path} | Options]) of
                        {ok, Relup, systools_relup, Warnings} -> {ok, Relup, Warnings};
                        Error -> Error
                    catch error:_ -> raised
                    end
                end,
                ok = file:write_file("out", term_to_binary([Call(C) || C <- [\(arguments.joined(separator: ","))]]))
                """, workingDirectory: folder)
            return try ExternalTerm.decode(File.read(folder.appending("out"))).listElements ?? []
        }
    }
}

extension Relup {
    /// The contents of the file.
    var term: Term {
        func entries(_ entries: [Entry]) -> Term {
            .list(
                entries.map { .tuple(.string($0.version.text), $0.description, .list($0.instructions)) })
        }
        return .tuple(.string(self.version.text), entries(self.up), entries(self.down))
    }
}

extension Result where Success == RelupPlan, Failure == RelupProblem {
    /// In the form of ``ReleaseWorld/systools(_:)``.
    var answer: Term {
        switch self {
        case .success(let plan):
            .tuple(.atom("ok"), plan.relup.term, .list(plan.warnings.map(\.otpTerm)))
        case .failure(let problem):
            problem.raisesInOTP
                ? .atom("raised") : .tuple(.atom("error"), .atom(problem.otpModule), problem.otpReason)
        }
    }
}
