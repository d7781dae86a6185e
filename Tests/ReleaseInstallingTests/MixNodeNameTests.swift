import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// The node of a release of mix has no name in `vm.args`.
@Suite struct MixNodeNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var script: String
        var name: String?

        var testDescription: String { self.script }
    }

    static let cases = [
        Case(script: "#!/bin/sh\n# export RELEASE_NODE=other\n", name: "shop"),
        Case(script: "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=cart@10.0.0.1\n", name: "cart@10.0.0.1"),
        Case(script: "RELEASE_NODE=\"cart\"\nexport RELEASE_NODE", name: "cart"),
        Case(script: "RELEASE_NODE='one'\nRELEASE_NODE=two", name: "two"),
        Case(script: "export RELEASE_NODE=cart@$(hostname -f)", name: nil),
        Case(script: "export RELEASE_NODE=\"cart@${HOST}\"", name: nil),
        Case(script: "export RELEASE_NODE=", name: nil),
    ]

    @Test(arguments: cases) func itIsThatOfTheScriptOrOfTheRelease(one: Case) async throws {
        try await withTemporaryFolder { folder in
            let files = HostFileSystem()
            let version = folder.appending("releases").appending("1")
            try files.makeFolders(version)
            try files.replaceFile(version.appending("env.sh"), with: Array(one.script.utf8))
            try files.replaceFile(
                folder.appending("releases").appending("RELEASES"),
                with: Array(#"[{release,"shop","1","13.1.5",[],permanent}]."#.utf8))
            var findings: [Diagnostic] = []
            let system = try #require(TargetSystem(root: folder, files: files, &findings))
            #expect(MixNodeName(in: system, running: "1").text == one.name)
            #expect(MixNodeName(in: system, running: "2").text == nil)
        }
    }
}
