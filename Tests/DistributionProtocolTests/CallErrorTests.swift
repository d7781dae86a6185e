import Diagnostics
import ErlangTerms
import Testing

@testable import DistributionProtocol

@Suite struct CallErrorTests {
    private static func error(_ code: CallError.Code) throws -> CallError {
        CallError(
            code, node: try NodeName(validating: "shop@vm"), module: "shop_cart", function: "total", arity: 2)
    }

    static let stack = Term.list([
        .tuple(.atom("erlang"), .atom("div"), .list([.integer(1), .integer(0)]), .emptyList),
        .tuple(
            .atom("shop_cart"), .atom("total"), .integer(2),
            .list([.tuple(.atom("file"), .string("src/shop_cart.erl")), .tuple(.atom("line"), .integer(12))])),
    ])

    static let undefined = Term.list([
        .tuple(.atom("shop_cart"), .atom("total"), .list([.integer(1), .integer(0)]), .emptyList)
    ])

    static let lost = NodeError.Code.lost(detail: "connection reset")

    @Test(arguments: [
        (
            CallError.Code.thrown(.atom("ball")), "`shop_cart:total/2` on node `shop@vm` threw `ball`",
            "node/call-failed"
        ),
        (
            .exited(.tuple(.atom("a"), .string("b"))), "`shop_cart:total/2` on node `shop@vm` exited with `{a,\"b\"}`",
            "node/call-failed"
        ),
        (
            .raised(.atom("badarith"), stack: stack),
            "`shop_cart:total/2` on node `shop@vm` failed with the error `badarith`", "node/call-failed"
        ),
        (
            .raised(.atom("undef"), stack: stack),
            "`shop_cart:total/2` on node `shop@vm` failed with the error `undef`", "node/call-failed"
        ),
        (
            .raised(.atom("undef"), stack: undefined), "node `shop@vm` has no function `shop_cart:total/2`",
            "node/undefined-function"
        ),
        (
            .ended(reason: .atom("killed")),
            "the process that ran `shop_cart:total/2` on node `shop@vm` ended with `killed`", "node/call-failed"
        ),
        (.badRPC(.atom("x")), "`shop_cart:total/2` on node `shop@vm` failed: `rpc` says `x`", "node/call-failed"),
        (
            .serverDown(reason: .atom("noproc")),
            "node `shop@vm` has no server `rex` to run `shop_cart:total/2` (`noproc`)", "node/call-not-started"
        ),
        (
            .notSpawned("system_limit"),
            "node `shop@vm` could not start a process for `shop_cart:total/2`: `system_limit`", "node/call-not-started"
        ),
        (
            .noAnswer(within: .milliseconds(1500)),
            "`shop_cart:total/2` on node `shop@vm` did not answer within 1 s 500 ms", "node/call-timed-out"
        ),
        (.cancelled, "waiting for `shop_cart:total/2` on node `shop@vm` was cancelled", "node/call-cancelled"),
        (
            .requestTooLarge(bytes: 9, limit: 8),
            "the arguments of `shop_cart:total/2` take 9 bytes; at most 8 can be sent to node `shop@vm`",
            "node/request-too-large"
        ),
    ])
    func everyFailureIsOneClause(code: CallError.Code, text: String, id: String) throws {
        let error = try Self.error(code)
        #expect(error.description == text)
        #expect(error.diagnostic.summary == text)
        #expect(error.diagnostic.id.rawValue == id)
        #expect(CallError.ids.contains(error.id))
    }

    @Test func aLostConnectionKeepsItsReason() throws {
        let node = try NodeName(validating: "shop@vm")
        let error = try Self.error(.noConnection(NodeError(Self.lost, node: node)))
        #expect(error.id == NodeError.connectionLost)
        #expect(
            error.description
                == "no answer of `shop_cart:total/2`: the connection with node `shop@vm` was lost (connection reset)")
        #expect(error.notes == ["whether the function ran, and how far, is not known"])
    }

    @Test func theStackIsInTheNotes() throws {
        let error = try Self.error(.raised(.atom("badarith"), stack: Self.stack))
        #expect(error.notes == ["in `erlang:div/2`", "in `shop_cart:total/2` (src/shop_cart.erl, line 12)"])
        #expect(try Self.error(.raised(.atom("x"), stack: .list([.atom("y"), .tuple([])]))).notes == [])
    }

    /// Named, because the testing library prints arguments.
    enum Large: CaseIterable {
        case binary, text, list, tuple, map, deep, improper

        var term: Term {
            switch self {
            case .binary: .binary([UInt8](repeating: 65, count: 1 << 20))
            case .text: .string(String(repeating: "x", count: 1 << 20))
            case .list: .list((0..<100_000).map { .integer($0) })
            case .tuple: .tuple([Term](repeating: .atom("a"), count: 100_000))
            case .map: .map(TermMap((0..<10_000).map { (key: Term.integer($0), value: Term.integer($0)) }))
            case .deep: (0..<400).reduce(Term.emptyList) { term, _ in .list([term]) }
            case .improper: .list((0..<1000).map { .integer($0 + 300) }, tail: .atom("x"))
            }
        }
    }

    @Test(arguments: Large.allCases)
    func largeTermsAreCut(large: Large) throws {
        let text = try Self.error(.thrown(large.term)).description
        #expect(text.utf8.count < 1000)
        #expect(text.contains("..."))
    }
}
