import Diagnostics
import ErlangTerms
import Testing

@testable import ReleaseInstalling

@Suite struct ReleaseHandlerReasonTests {
    /// Shapes of release_handler's reasons (OTP 25 to 29) and the findings they become.
    static let cases: [(String, String)] = [
        ("{existing_release,\"2\"}", "node/release-exists"),
        ("{no_such_release,\"2\"}", "node/no-such-release"),
        ("{already_installed,\"2\"}", "node/already-installed"),
        ("{permanent,\"2\"}", "node/is-permanent"),
        ("{bad_status,permanent}", "node/bad-status"),
        ("{no_such_file,\"/a/b.beam\"}", "node/file-missing"),
        ("{bad_relup_file,\"/a/relup\"}", "node/bad-file"),
        ("{enoent,\"/a/relup\"}", "node/file-error"),
        ("{cannot_extract_file,\"a\",enospc}", "node/cannot-extract"),
        ("{no_matching_relup,\"2\",\"1\"}", "node/no-matching-relup"),
        ("{old_processes,m}", "node/old-processes"),
        ("{illegal_instruction_after_point_of_no_return,reboot}", "node/illegal-instruction"),
        ("{bad_lib_vsn,a,\"1\"}", "node/library-version"),
        ("{code_change_failed,self,m,\"1\",badarg}", "node/code-change-failed"),
        ("{missing_base_app,\"2\",sasl}", "node/missing-base-application"),
        ("client_node", "node/client-node"),
        ("{'EXIT',{badarg,[]}}", "node/release-handler"),
        ("{'EXIT',{timeout,{sys,change_code,[self,m,\"1\",[]]}}}", "node/code-change-timeout"),
        ("{'EXIT',{timeout,{sys,change_code,[self,m,\"1\",[],9000]}}}", "node/code-change-timeout"),
        ("{'EXIT',{timeout,{sys,get_status,[self]}}}", "node/no-supervisor"),
        ("{'EXIT',{timeout,{sys,suspend,[self]}}}", "node/release-handler"),
        ("{'EXIT',{timeout,{sys}}}", "node/release-handler"),
        ("\"text\"", "node/release-handler"),
    ]

    @Test(arguments: cases)
    func everyReasonBecomesAFindingWithAWayOut(reason: String, id: String) throws {
        let finding = ReleaseHandlerReason(try TermText.parseTerm(reason)).finding
        #expect(finding.id.rawValue == id)
        #expect(!finding.help.isEmpty)
        #expect(!finding.summary.contains("{"), "a raw term reached the summary: \(finding.summary)")
    }
}
