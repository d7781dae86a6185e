package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A registered name that a process of another application takes.
package enum RegisteredNameMoves: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("application/registered-name-moves"), "a registered name goes from one application to another",
        meaning: """
            Two processes of a node cannot have one name. Where a script starts the new owner before the old one has ended, \
            `register` fails, and with it the start of the new process. Added applications are started before removed ones are \
            stopped, and what `application:start` answers is not looked at: the application is not there, and the upgrade \
            reports success.

            Within one release the same is an error of its own, `release/registered-name-clash`.
            """,
        example: .hop([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("cart", "2", "cart", "-export([price/0]).", "price() -> 1."),
            Explanation.File(
                "lib/shop-1/ebin/shop.app",
                """
                {application, shop, [{description,""}, {vsn,"1"}, {modules,[shop]}, {registered,[till]},
                  {applications,[kernel,stdlib]}]}.
                """),
            Explanation.File(
                "lib/cart-2/ebin/cart.app",
                """
                {application, cart, [{description,""}, {vsn,"2"}, {modules,[cart]}, {registered,[till]},
                  {applications,[kernel,stdlib]}]}.
                """),
        ]),
        wayOut: ["give the new process another name", "or see that the old one ends before the new one starts"])

    package static let mended: [Explanation.File] = [
        Explanation.File(
            "lib/cart-2/ebin/cart.app",
            """
            {application, cart, [{description,""}, {vsn,"2"}, {modules,[cart]}, {registered,[cart_till]},
              {applications,[kernel,stdlib]}]}.
            """)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.filter { !$0.restartsEmulator }.flatMap { run -> [Diagnostic] in
            let (before, after) = (self.owners(in: run.source), self.owners(in: run.target))
            return after.keys.sorted().compactMap { name in
                guard let new = after[name], let old = before[name], new.name != old.name else { return nil }
                let isCertain =
                    run.source.release[new.name] == nil && run.target.release[old.name] == nil
                    && old.specification.callback != nil && new.specification.callback != nil
                return Diagnostic(
                    self.id, .warning, "`\(name)` is a process of `\(old.name)` before, and of `\(new.name)` after",
                    at: run.target.snapshot.places.property(
                        "registered", of: ApplicationOrigin(new.application), element: name),
                    explanation: isCertain
                        ? "`\(new.name)` is started before `\(old.name)` is stopped: its process finds the name taken."
                        : "Where the new one starts before the old one has ended, it finds the name taken.",
                    notes: [
                        Diagnostic.Note(
                            "the owner before",
                            at: run.source.snapshot.places.property(
                                "registered", of: ApplicationOrigin(old.application), element: name))
                    ],
                    help: ["give the new process another name"], application: new.name.name,
                    direction: run.mode.direction)
            }
        }
    }

    private static func owners(in side: Hop.Side) -> [Atom: ResolvedApplication] {
        var owners: [Atom: ResolvedApplication] = [:]
        for member in side.release.applications {
            for name in member.specification.registered where owners[name] == nil { owners[name] = member }
        }
        return owners
    }
}
