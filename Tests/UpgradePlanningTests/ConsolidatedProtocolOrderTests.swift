import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import UpgradePlanning

/// Protocols of Elixir that lie in an application of their own wait for implementations in others, and others for them.
@Suite struct ConsolidatedProtocolOrderTests {
    typealias Module = AppupGeneratorTests.Module

    /// A protocol that gets an implementation for a new struct, which `Keeper` makes by way of `Maker`.
    private static func releases() throws -> (old: Release, new: Release) {
        func list(_ text: String) -> Module { Module(code: text, exports: ["__protocol__/1", "impl_for/1"]) }
        let old: [String: Module] = [
            "Elixir.Keeper": Module(code: "1"), "Elixir.Other": Module(code: "1"), "Elixir.Same": Module(code: "1"),
        ]
        let new: [String: Module] = [
            "Elixir.Keeper": Module(code: "2", calls: ["Elixir.Maker"]), "Elixir.Other": Module(code: "2"),
            "Elixir.Same": Module(code: "1"), "Elixir.Cart": Module(code: "2", exports: ["__struct__/1"]),
            "Elixir.Maker": Module(code: "2", calls: ["Elixir.Cart"]),
            "Elixir.Size.Cart": Module(code: "2", behaviours: ["Elixir.Size"], exports: ["__impl__/1"]),
        ]
        return (
            try Self.release("1", old, ["Elixir.Size": list("1"), "Elixir.Still": list("1")]),
            try Self.release("2", new, ["Elixir.Size": list("2"), "Elixir.Still": list("1")])
        )
    }

    private static func release(
        _ version: String, _ modules: [String: Module], _ protocols: [String: Module]
    ) throws -> Release {
        var applications = [
            try AppupGeneratorTests.application(version, modules),
            try AppupGeneratorTests.application(version, protocols),
        ]
        applications[1].specification.name = try #require(MixLayout.protocols(of: "shop"))
        for name in [ApplicationName.kernel, .stdlib] {
            var application = try AppupGeneratorTests.application("1", [:])
            application.specification.name = name
            applications.append(application)
        }
        let resource = ReleaseResource(
            name: ReleaseTitle("shop"), version: try #require(ReleaseVersion(validating: version)),
            runtime: try #require(RuntimeVersion(validating: "13.1.5")),
            applications: applications.map { .init(name: $0.name, version: $0.version) })
        return try ReleaseResolution(resource, applications: applications).release
    }

    private static func instructions(_ old: Release, _ new: Release, _ mode: UpgradeMode) throws -> Set<String> {
        let order = ConsolidatedProtocolOrder(old: old, new: new)
        return try Set(
            ["tally", "shop_consolidated"].flatMap { text -> [String] in
                let name = try #require(ApplicationName(validating: Atom(text)))
                let generated = AppupGenerator.generate(
                    old: try #require(old[name]).application, new: try #require(new[name]).application,
                    protocols: order)
                #expect(!generated.findings.contains { $0.id == .appupProtocolImplementation })
                return AppupGeneratorTests.lines(generated.instructions(mode))
            })
    }

    @Test func aProtocolWaitsForNewImplementationsAndItsUsersForTheProtocol() throws {
        let (old, new) = try Self.releases()
        let exchanges: Set = [
            "{load_module,'Elixir.Keeper',['Elixir.Size']}", "{load_module,'Elixir.Other'}",
            "{load_module,'Elixir.Size',['Elixir.Size.Cart']}",
        ]
        #expect(
            try Self.instructions(old, new, .up)
                == exchanges.union([
                    "{add_module,'Elixir.Cart'}", "{add_module,'Elixir.Maker'}", "{add_module,'Elixir.Size.Cart'}",
                ]))
        #expect(
            try Self.instructions(old, new, .down)
                == exchanges.union([
                    "{delete_module,'Elixir.Cart'}", "{delete_module,'Elixir.Maker'}",
                    "{delete_module,'Elixir.Size.Cart'}",
                ]))
    }

    @Test func whatGoesIsLeftBeforeTheProtocolForgetsIt() throws {
        let (new, old) = try Self.releases()
        #expect(
            try Self.instructions(old, new, .up) == [
                "{load_module,'Elixir.Keeper'}", "{load_module,'Elixir.Other'}",
                "{load_module,'Elixir.Size',['Elixir.Keeper']}", "{delete_module,'Elixir.Size.Cart',['Elixir.Size']}",
                "{delete_module,'Elixir.Cart'}", "{delete_module,'Elixir.Maker'}",
            ])
    }

    @Test func withoutChangedProtocolsThereAreNoRelations() throws {
        let (old, _) = try Self.releases()
        let order = ConsolidatedProtocolOrder(old: old, new: old)
        #expect(old.applications.flatMap(\.application.modules.keys).allSatisfy { order.dependencies(of: $0).isEmpty })
    }
}
