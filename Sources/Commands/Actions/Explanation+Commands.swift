import Diagnostics
import ReleaseModel

/// What the findings of the commands themselves mean.
extension Explanation {
    static let commands: [Explanation] = [
        command(
            "explain/unknown-id", "there is no explanation of an ID",
            "Every finding ends with its ID in brackets, `area/name`; it is these that can be explained.", nil,
            "relift explain relup/no-entri", "`relift explain` lists all of them."),
        command(
            "manifest/not-found", "there is no manifest",
            "`relift build` reads `relift.config` of the working folder unless `--manifest` names another file.", [],
            "relift build --lib lib", "Name it with `--manifest FILE`.",
            "Or write one: `{release, {shop, \"1.0.0\"}, [sasl, APPLICATION]}.`"),
        command(
            "release/no-such-library-folder", "a folder named by `--lib` is not there",
            "No application would be found in it. A `--lib` with `*` may match nothing.",
            [.release("shop.rel", "1", [])], "relift script shop.rel --lib lib --lib libs",
            "Build the project first, or correct the path."),
        command(
            "release/no-such-otp", "what `--otp` names is no OTP installation",
            "An installation holds `lib/` and `erts-VSN/bin/`.", nil, "relift script shop.rel --otp /opt/otp",
            "Give what `erl -noshell -eval 'io:put_chars(code:root_dir()), halt()'` prints."),
        command(
            "tar/is-a-tarball", "what is to be packed is a tarball already", "There is nothing to pack.", nil,
            "relift tar shop-1.tar.gz", "Name a `.rel` file or the folder of an assembled release."),
        command(
            "plan/appup-generated", as: .note, "the plan uses an appup that does not exist yet",
            """
            An application changed and has no appup. The plan is made with the one that `relift appup` would write; \
            `relift relup` wants it written.
            """, nil, "relift plan old.rel new.rel --lib lib", "Write it with `relift appup OLD NEW`."),
        command(
            "appup/no-such-folder", "what `--appups` names is no folder",
            "The project's own appups are looked for there.",
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1"), .application("cart", "2"),
                .appup("cart", "2", "{\"2\", [{\"1\",[]}], [{\"1\",[]}]}."),
            ], "relift relup new.rel --from old.rel --lib lib --appups upgrades",
            "Correct the path, or let `relift appup OLD NEW --appups DIR` write it."),
        command(
            "appup/unknown-application", "`--app` names an application that the new release does not have",
            "There is nothing to write an appup for.",
            [.release("old.rel", "1", []), .release("new.rel", "2", [])],
            "relift appup old.rel new.rel --lib lib --app cart", "Correct the name; the finding lists those there are."),
        command(
            "systools/bad-frame", "a request to `relift systools` is not framed as it must be",
            "A request is a length of 4 bytes, the highest first, and then as many bytes.", nil, "relift systools",
            "Open the port with `{packet, 4}`."),
    ]

    private static func command(
        _ id: String, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String, _ files: [File]?,
        _ command: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: severity, title, meaning: meaning,
            example: Example(files ?? [], [command], isComplete: files != nil), wayOut: wayOut)
    }
}
