package import Diagnostics

/// What is wrong with how terms are put together.
extension Explanation {
    package static let termStructure: [Explanation] = [
        term(
            .termMissingComma, "a comma is missing between two elements",
            "Erlang says \"syntax error before\" with the element behind the gap, which is itself in order.",
            Self.releaseWith("{kernel \"8.5\"}"), "Write a comma before the element that the finding points at."),
        term(
            .termExtraComma, "a comma stands before a closing bracket",
            "Other languages allow it; Erlang refuses the file.", Self.wholeRelease.replacing("]}.", with: ",]}."),
            "Remove the comma."),
        term(
            .termMissingValue, "an element is missing",
            "Two commas in a row, or one behind an opening bracket or an arrow, leave out what should stand there.",
            Self.wholeRelease.replacing("},{stdlib", with: "},,{stdlib"), "Remove the comma, or write the element."),
        term(
            .termMissingDot, "the dot at the end of a term is missing",
            """
            Every term of a file ends with a dot, and with white space or the end of the file behind it. Without it the term \
            goes on into the next one.
            """, String(Self.wholeRelease.dropLast()),
            "Write a dot behind the last bracket, and a line break behind it."),
        term(
            .termMissingTerm, "a dot has no term before it, or a file holds no term",
            "What is to be read is not there: the file is empty, all of it is a comment, or a dot was typed twice.",
            ".", "Write the term, or remove the dot."),
        term(
            .termUnclosedBracket, "a bracket is never closed",
            "Everything behind it counts as inside. The place to look is often far above the one that Erlang complains of.",
            "{release, {\"shop\",\"1\"}, {erts,\"13.1\"},\n [{kernel,\"8.5\"},{stdlib,\"4.2\"},{sasl,\"4.2\"}].",
            "Close the bracket that the finding points at."),
        term(
            .termWrongBracket, "a bracket is closed by another kind",
            "`{` is closed by `}`, `[` by `]`, `<<` by `>>`, and `#{` by `}`.", Self.releaseWith("{kernel,\"8.5\"]"),
            "Close it with its own kind; the note shows where it was opened."),
        term(
            .termUnexpected, "something stands where no term can begin or go on",
            "The finding says what was expected there. Often a bracket or quote shortly before is the cause.",
            Self.releaseWith("=> {kernel,\"8.5\"}"), "Remove it, or put right what stands before it."),
        term(
            .termVariable, "a name begins with an upper-case letter or `_`",
            "That is a variable in Erlang, and files of terms have none.", Self.releaseWith("{Kernel,\"8.5\"}"),
            "Write it in lower case, or in quotes."),
        term(
            .termReservedWord, "a reserved word stands alone",
            "Words such as `after`, `end` or `receive` belong to the language; they are atoms only in quotes.",
            Self.releaseWith("{receive,\"8.5\"}"), "Put it in `'` quotes."),
        Explanation(
            .termNewReservedWord, "a word is reserved since OTP 27",
            meaning: """
                OTP 25 and 26 read `maybe` and `else` as atoms. Later versions refuse the file: a release that works today \
                stops to do so with the next OTP.
                """,
            example: Example(
                [
                    File(
                        "shop.rel",
                        """
                        {release, {"shop","1"}, {erts,"13.1"},
                         [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{cart,"1"}]}.
                        """),
                    File(
                        "lib/cart-1/ebin/cart.app",
                        """
                        {application, cart,
                         [{description,""}, {vsn,"1"}, {modules,[]}, {registered,[]},
                          {applications,[kernel,stdlib]}, {env,[{answer,maybe}]}]}.
                        """),
                ], ["relift script shop.rel --lib lib"]), wayOut: ["Put it in `'` quotes, which every version reads."]),
        term(
            .termExpression, "an expression stands in place of a term",
            "Terms are read, not evaluated: operators, calls, matches and comprehensions have no meaning in them.",
            Self.releaseWith("{kernel,\"8\" ++ \".5\"}"), "Write the value itself."),
        term(
            .termRecord, "a record stands in a file of terms",
            "The compiler knows the definitions of records; who reads a file of terms does not.",
            Self.releaseWith("#kernel{vsn = \"8.5\"}"), "Write the tuple that the record is."),
        term(
            .termMacro, "a macro stands in a file of terms",
            "The preprocessor of the compiler replaces `?NAME`, and it never sees this file.",
            Self.releaseWith("{kernel,?VSN}"), "Write the value itself."),
        term(
            .termPrintedIdentifier, "a process, port, reference or function as Erlang prints it",
            "Text like `<0.12.0>` or `#Ref<…>` stands for something in a running node. It cannot be read back.",
            Self.releaseWith("{kernel,<0.12.0>}"), "Write something else in its place, such as a registered name."),
        term(
            .termFun, "a function that cannot be written as a term",
            "Only `fun Module:Function/Arity` can, with atoms and a number in decimal.",
            Self.releaseWith("{kernel,fun() -> ok end}"), "Name a function of a module."),
        term(
            .termMapSyntax, "a map is not written as one", "A map is `#{key => value, …}`; `:=` belongs to patterns.",
            Self.releaseWith("#{kernel := \"8.5\"}"), "Write `=>` between key and value."),
        Explanation(
            .termDuplicateKey, "a key stands twice in a map",
            meaning: "The last value counts, and Erlang says nothing of the others.",
            example: Example(
                [
                    File("shop.rel", Self.wholeRelease.replacing("]}.", with: ",{cart,\"1\"}]}.")),
                    File(
                        "lib/cart-1/ebin/cart.app",
                        """
                        {application, cart,
                         [{description,""}, {vsn,"1"}, {modules,[]}, {registered,[]},
                          {applications,[kernel,stdlib]}, {env,[{limits,#{low => 1, low => 2}}]}]}.
                        """),
                ], ["relift script shop.rel --lib lib"]), wayOut: ["Remove one of the two."]),
        term(
            .termSign, "a sign stands before what is no number", "`-` and `+` are signs of numbers only.",
            Self.releaseWith("{kernel,-\"8.5\"}"), "Remove the sign."),
        term(
            .termBadSegment, "a part of a binary cannot be in a term",
            "Between `<<` and `>>` stand strings and numbers, perhaps with a size and a type that fit them.",
            Self.releaseWith("{kernel,<<kernel>>}"), "Write `<<\"text\">>` or numbers from 0 to 255."),
        term(
            .termTooDeep, "brackets are nested too deeply",
            "Reading goes down into every bracket, so the depth is limited; the rest of the file is not read.", nil,
            "Check that it is the file that was meant."),
        term(
            .termSecondTerm, "a second term where one was expected",
            "What is read here is one term, such as an answer or an argument; anything behind its dot is not looked at.",
            nil,
            "Remove what stands behind the first dot."),
        term(
            .termTooManyFindings, as: .note, "a file has so many errors that reading it stopped",
            "What follows a few errors is often only their consequence.", nil,
            "Put right the first ones, and run the command again."),
    ]
}
