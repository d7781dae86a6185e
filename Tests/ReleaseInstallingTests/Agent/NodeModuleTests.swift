import SystemPackage
import Templates
import TestSupport
import Testing

/// The compiled modules are those of the sources beside them.
@Suite(.enabled(if: OTP.isInstalled)) struct NodeModuleTests {
    @Test(arguments: [NodeModule.agent, NodeModule.guard])
    func theObjectCodeIsThatOfTheSource(module: NodeModule) async throws {
        let release = String(
            decoding: try await OTP.evaluate("io:put_chars(erlang:system_info(otp_release))"), as: UTF8.self)
        // Another compiler makes other code of it.
        guard release == "25" else { return }
        try await withTemporaryFolder { folder in
            let source = Repository.root.appending("Templates/agent/\(module.name).erl")
            let compiled = try await Program.run(
                "erlc", ["+deterministic", "-Werror", "-Wall", "-o", folder.string, source.string],
                environment: ["ERL_COMPILER_OPTIONS": "[]"])
            #expect(compiled.status == 0, "\(compiled.output)")
            let bytes = try File.read(folder.appending("\(module.name).beam"))
            #expect(bytes == module.objectCode, "compile Templates/agent/\(module.name).erl with erlc +deterministic")
        }
    }
}

extension NodeModule: CustomTestStringConvertible {
    public var testDescription: String { self.name }
}
