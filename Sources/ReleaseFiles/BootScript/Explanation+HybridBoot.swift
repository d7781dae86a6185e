package import Diagnostics

/// What the warnings about hybrid boot files mean.
extension Explanation {
    package static let hybridBoot = [hybridBootOtherTaken, hybridBootKept, hybridBootDropped]

    /// The port is the only way to a hybrid boot file so far; `release_handler` makes its own in the node.
    private static let example = Example([], ["relift systools --verbose"], isComplete: false)

    private static let purpose = """
        An upgrade to another runtime system first boots a temporary node: the new runtime system with the new `kernel`, \
        `stdlib` and `sasl`, and everything else as it was. `systools_make:make_hybrid_boot` puts its boot file together from \
        the old one and the new one, and finds the three applications by a pattern in their paths.
        """

    private static let hybridBootOtherTaken = Explanation(
        .hybridBootOtherApplicationTaken, "another application is taken for kernel, stdlib or sasl",
        meaning: """
            \(purpose)

            The pattern matches anywhere in the path. An application whose folder is called `mysasl-7`, or any that lies below \
            a folder called `stdlib-4`, is taken for it if it comes first: it is replaced, and the temporary node runs the \
            old `sasl` under the new runtime system. The file is made as OTP makes it.
            """,
        example: example,
        wayOut: [
            "Rename the application, or move it out of the folder.",
            "Or upgrade by a restart instead of with `restart_new_emulator`.",
        ])

    private static let hybridBootKept = Explanation(
        .hybridBootApplicationKept, "an old application stays in the hybrid boot file",
        meaning: """
            \(purpose)

            One of the three was not found in the old boot file, so the old version stays in the temporary node, and the new \
            runtime system may not be able to run it. Folders without a version in their name lead to this.
            """,
        example: example,
        wayOut: [
            "Make the old release's boot file with versions in its paths (`relift script` without `--local`).",
            "Or upgrade by a restart.",
        ])

    private static let hybridBootDropped = Explanation(
        .hybridBootApplicationDropped, "an application is missing from the hybrid boot file",
        meaning: """
            \(purpose)

            One of the three was found in the old boot file and not in the new one. OTP takes the old one out and puts \
            nothing in: the temporary node does not start, and the upgrade ends with a restart into the old release.
            """,
        example: example,
        wayOut: [
            "Make the new release's boot file with versions in its paths (`relift script` without `--local`).",
            "Or upgrade by a restart.",
        ])
}
