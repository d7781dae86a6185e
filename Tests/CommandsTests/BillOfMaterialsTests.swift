import Diagnostics
import SystemPackage
import TestSupport
import Testing

/// The files that `relift build` writes beside a tarball, which say what the release is made of.
@Suite struct BillOfMaterialsTests {
    private static let checksum = String(repeating: "a1", count: 32)

    /// Builds a release of applications of all origins; the texts of `small-1.KIND` by their kinds.
    private func build(
        _ manifest: String = "{include_erts, false}.", environment: [String: String] = [:],
        then: ([String: String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            func application(_ name: String, _ version: String, uses: String, more: String = "") -> String {
                """
                {application,\(name),[{description,"\(name)'s \\"work\\""},{vsn,"\(version)"},{modules,[]},{registered,[]},
                 {applications,[kernel,stdlib\(uses)]}\(more)]}.
                """
            }
            let files = [
                "relift.config": "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, own, fetched]}.\n\(manifest)",
                "rebar.lock": """
                {"1.2.0", [{<<"fetched">>, {pkg, <<"fetched_it">>, <<"2.0.1">>}, 0},
                           {<<"cloned">>, {git, "https://example.org/cloned.git", {ref, "c0ffee"}}, 0}]}.
                [{pkg_hash_ext, [{<<"fetched">>, <<"\(Self.checksum.uppercased())">>}]}].
                """,
                "apps/own/src/own.app.src": "",
                "lib/own/ebin/own.app": application(
                    "own", "1.0.0", uses: ",fetched,cloned", more: ",{runtime_dependencies,[\"erts-13.0\"]}"),
                "lib/fetched/ebin/fetched.app": application("fetched", "2.0.1", uses: ""),
                "lib/fetched/hex_metadata.config": """
                {<<"name">>,<<"fetched_it">>}.
                {<<"version">>,<<"2.0.1">>}.
                {<<"app">>,<<"fetched">>}.
                {<<"licenses">>,[<<"Apache 2.0">>,<<"Our own">>]}.
                """,
                "lib/cloned/ebin/cloned.app": application(
                    "cloned", "0.1.0", uses: "", more: ",{licenses,[\"MIT OR ISC\"]}"),
            ]
            for (name, text) in files {
                let path = folder.appending(name)
                _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
                try File.write(Array((text + "\n").utf8), to: path)
            }
            let run = try await Program.run(
                ["build", "--lib", "lib", "--otp", "none", "--output", "out"], in: folder, environment: environment)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("wrote out/small-1.json, .lock.json, .cdx.json, .spdx.json"))
            var texts: [String: String] = [:]
            for kind in ["json", "lock.json", "cdx.json", "spdx.json", "tar.gz.sha256"] {
                texts[kind] = String(decoding: try File.read(folder.appending("out/small-1.\(kind)")), as: UTF8.self)
            }
            try await then(texts)
        }
    }

    private static func json(_ text: String?) throws -> JSONValue { try JSONValue(parsing: Array((text ?? "").utf8)) }

    private static func element(_ value: JSONValue?, _ key: String, _ name: String) -> JSONValue? {
        value?.elements?.first { $0[key]?.stringValue == name }
    }

    // MARK: - Schemas

    private static let schemas: [String: JSONSchema] = [
        "json": JSONSchema(Repository.root.appending("Templates/schemas/release.schema.json")),
        "cdx.json": JSONSchema(Repository.fixtures.appending("schemas/cyclonedx-bom-1.6.schema.json")),
        "spdx.json": JSONSchema(Repository.fixtures.appending("schemas/spdx-schema-2.3.json")),
    ]

    @Test(
        .enabled(if: JSONSchema.hasValidator),
        arguments: ["{include_erts, false}.", "{include_erts, false}. {mode, dev}."])
    func allFollowTheirSchemas(manifest: String) async throws {
        guard !manifest.contains("dev") else { return try await self.linksFollowTheirSchemas() }
        try await self.build(manifest) { texts in
            for (kind, schema) in Self.schemas {
                let found = try await schema.differences(of: texts[kind] ?? "")
                #expect(found == "", "\(kind)")
            }
        }
    }

    /// A release of links has no tarball, and is described all the same.
    private func linksFollowTheirSchemas() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let manifest =
                "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, a]}. {include_erts, false}. {mode, dev}."
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            let run = try await Program.run(
                ["build", "--lib", "lib", "--otp", "none", "--output", "out"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            for (kind, schema) in Self.schemas {
                let text = String(decoding: try File.read(folder.appending("out/small-1.\(kind)")), as: UTF8.self)
                #expect(try await schema.differences(of: text) == "", "\(kind)")
            }
        }
    }

    /// The schemas say something: what is not as promised fails.
    @Test(.enabled(if: JSONSchema.hasValidator)) func theSchemasRefuseWhatIsWrong() async throws {
        let cases = [
            ("json", "\"schemaVersion\": 1", "\"schemaVersion\": 2"),
            ("json", "\"kind\": \"hex\"", "\"kind\": \"cpan\""),
            ("json", "\"start\": \"permanent\"", "\"start\": 1"),
            ("json", "\"digest\": \"sha256:", "\"digest\": \"md5:"),
            ("cdx.json", "\"type\": \"platform\"", "\"type\": \"planet\""),
            ("cdx.json", "\"id\": \"Apache-2.0\"", "\"id\": \"Apache\""), ("cdx.json", "urn:uuid:", "urn:"),
            ("spdx.json", "\"algorithm\": \"SHA256\"", "\"algorithm\": \"SHA\""),
            ("spdx.json", "\"relationshipType\": \"DESCRIBES\"", "\"relationshipType\": \"SHOWS\""),
        ]
        try await self.build { texts in
            for (kind, part, wrong) in cases {
                let text = texts[kind] ?? ""
                #expect(text.contains(part), "\(part)")
                let found = try await Self.schemas[kind]?.differences(of: text.replacing(part, with: wrong))
                #expect(found != "", "\(wrong)")
            }
        }
    }

    // MARK: - What they say

    @Test func theSummarySaysWhereAllIsFrom() async throws {
        try await self.build { texts in
            let json = try Self.json(texts["json"])
            #expect(json["tarball"]?["sha256"]?.stringValue == texts["tar.gz.sha256"].map { String($0.prefix(64)) })
            let lock = try Self.json(texts["lock.json"])
            for application in json["applications"]?.elements ?? [] {
                let locked = Self.element(lock["applications"], "name", application["name"]?.stringValue ?? "")
                #expect(locked?["digest"]?.stringValue == application["digest"]?.stringValue)
            }
            func origin(_ name: String) -> String? {
                Self.element(json["applications"], "name", name)?["origin"]?.text
            }
            #expect(origin("own") == #"{"kind":"project"}"#)
            #expect(
                origin("fetched")
                    == #"{"kind":"hex","repository":"hexpm","package":"fetched_it","version":"2.0.1","sha256":"\#(Self.checksum)"}"#
            )
            #expect(
                origin("cloned") == #"{"kind":"git","url":"https://example.org/cloned.git","commit":"c0ffee"}"#)
            #expect(origin("kernel") == #"{"kind":"otp"}"#)
            #expect(
                Self.element(json["applications"], "name", "own")?["dependencies"]?.text
                    == #"["cloned","fetched","kernel","stdlib"]"#)
        }
    }

    @Test func cycloneDXNamesPackagesLicencesAndDependencies() async throws {
        try await self.build { texts in
            let json = try Self.json(texts["cdx.json"])
            let fetched = Self.element(json["components"], "name", "fetched")
            #expect(fetched?["purl"]?.stringValue == "pkg:hex/fetched_it@2.0.1")
            #expect(fetched?["hashes"]?.text == #"[{"alg":"SHA-256","content":"\#(Self.checksum)"}]"#)
            #expect(
                fetched?["licenses"]?.text == #"[{"license":{"id":"Apache-2.0"}},{"license":{"name":"Our own"}}]"#)
            let cloned = Self.element(json["components"], "name", "cloned")
            #expect(cloned?["licenses"]?.text == #"[{"expression":"MIT OR ISC"}]"#)
            func needs(_ reference: String) -> String? {
                Self.element(json["dependencies"], "ref", reference)?["dependsOn"]?.text
            }
            #expect(
                needs("release:small@1")
                    == #"["application:fetched@2.0.1","application:own@1.0.0","application:sasl@1","runtime:erts@13.1.5"]"#
            )
            #expect(needs("application:own@1.0.0")?.hasSuffix(#""runtime:erts@13.1.5"]"#) == true)
            // Every reference is one of a component, and each is there once.
            let references = (json["components"]?.elements ?? []).compactMap { $0["bom-ref"]?.stringValue }
            #expect(Set(references).count == references.count)
            let all = Set(references + ["release:small@1"])
            for dependency in json["dependencies"]?.elements ?? [] {
                #expect(all.contains(dependency["ref"]?.stringValue ?? ""))
                for needed in dependency["dependsOn"]?.elements ?? [] {
                    #expect(all.contains(needed.stringValue ?? ""))
                }
            }
            #expect(json["metadata"]?["timestamp"] == nil)
        }
    }

    @Test func spdxNamesPackagesLicencesAndDependencies() async throws {
        try await self.build(environment: ["SOURCE_DATE_EPOCH": "1764000000"]) { texts in
            let json = try Self.json(texts["spdx.json"])
            #expect(json["creationInfo"]?["created"]?.stringValue == "2025-11-24T16:00:00Z")
            let fetched = Self.element(json["packages"], "name", "fetched")
            #expect(
                fetched?["downloadLocation"]?.stringValue == "https://repo.hex.pm/tarballs/fetched_it-2.0.1.tar")
            #expect(fetched?["licenseDeclared"]?.stringValue == "Apache-2.0 AND LicenseRef-Our-own")
            #expect(json["hasExtractedLicensingInfos"]?.text.contains("LicenseRef-Our-own") == true)
            let ids = Set((json["packages"]?.elements ?? []).compactMap { $0["SPDXID"]?.stringValue })
            #expect(ids.count == json["packages"]?.elements?.count)
            for relation in json["relationships"]?.elements ?? [] {
                #expect(ids.contains(relation["relatedSpdxElement"]?.stringValue ?? ""))
            }
            let cdx = try Self.json(texts["cdx.json"])
            #expect(cdx["metadata"]?["timestamp"]?.stringValue == "2025-11-24T16:00:00Z")
        }
    }

    @Test func nothingInThemDependsOnTheFolder() async throws {
        try await self.build { first in
            try await self.build { second in #expect(first == second) }
            #expect(first.values.allSatisfy { !$0.contains("/tmp") && !$0.contains("/work") })
        }
    }
}
