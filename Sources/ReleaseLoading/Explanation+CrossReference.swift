package import Diagnostics

/// What the warnings about cross references mean.
extension Explanation {
    package static let crossReference = [
        Explanation(
            .crossReferenceSkipped, "a module is left out of the cross reference",
            meaning: """
                `--exref` reads every BEAM file of the applications. One that cannot be opened for lack of permission is passed \
                over, as xref passes over it: what this module calls is not looked up.
                """,
            example: Example([], ["relift script shop.rel --lib lib --exref"], isComplete: false),
            wayOut: ["Give the file a mode that you can read, and run the command again."])
    ]
}
