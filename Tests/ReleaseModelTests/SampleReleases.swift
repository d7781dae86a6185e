import ErlangTerms
import ReleaseModel
import Testing

/// Releases made of names, for tests of the model alone.
enum SampleReleases {
    struct Part {
        var name: String
        var uses: [String] = []
        var optional: [String] = []
        var includes: [String] = []
        var modules: [String] = []
        var registered: [String] = []
        var type = StartType.permanent
    }

    static func name(_ text: String) throws -> ApplicationName {
        try #require(ApplicationName(validating: Atom(text)))
    }

    static func version(_ text: String) throws -> ApplicationVersion {
        try #require(ApplicationVersion(validating: text))
    }

    static func application(_ part: Part, version: String = "1.0") throws -> Application {
        Application(
            specification: ApplicationSpecification(
                name: try self.name(part.name), version: try self.version(version),
                modules: try part.modules.map { try #require(ModuleName(validating: Atom($0))) },
                registered: part.registered.map { Atom($0) }, applications: try part.uses.map(self.name),
                optionalApplications: try part.optional.map(self.name),
                includedApplications: try part.includes.map(self.name)), directory: "lib/\(part.name)-\(version)/ebin")
    }

    /// kernel and stdlib, then the parts.
    static func resource(_ parts: [Part], libraries: [String] = ["kernel", "stdlib"]) throws -> ReleaseResource {
        ReleaseResource(
            name: ReleaseTitle("sample"), version: try #require(ReleaseVersion(validating: "1.0")),
            runtime: try #require(RuntimeVersion(validating: "13.1.5")),
            applications: try (libraries.map { Part(name: $0) } + parts).map { part in
                .init(name: try self.name(part.name), version: try self.version("1.0"), type: part.type)
            })
    }

    static func applications(_ parts: [Part]) throws -> [Application] {
        try (["kernel", "stdlib", "sasl"].map { Part(name: $0) } + parts).map { try self.application($0) }
    }

    static func resolve(_ parts: [Part]) throws -> ReleaseResolution {
        try ReleaseResolution(self.resource(parts), applications: self.applications(parts))
    }

    /// The start order without kernel and stdlib.
    static func order(_ parts: [Part]) throws -> [String] {
        try self.resolve(parts).release.startOrder.map(\.name).filter { $0 != "kernel" && $0 != "stdlib" }
    }

    /// The problem that the parts have; nil when they make a release.
    static func problem(_ parts: [Part]) throws -> ReleaseProblem? {
        let (resource, applications) = (try self.resource(parts), try self.applications(parts))
        do {
            _ = try ReleaseResolution(resource, applications: applications)
            return nil
        } catch {
            return error
        }
    }
}
