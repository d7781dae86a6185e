/// Breaks the text of a term into lines, where `io_lib_pretty` would.
///
/// A node that fits on the rest of its line stays whole. Otherwise its parts stand below each other, each under the
/// first, except that parts which are one piece of text fill a line as long as they fit. The rest of a tuple that
/// begins with an atom stands behind that atom or, when the whole term would get deeper than half a line that way,
/// indented by four columns, or by one.
struct TermLayout {
    private typealias Node = FlatTermWriter.Node

    private let nodes: [Node]
    private let text: [UInt8]
    /// Columns of a line.
    private let lineWidth: Int
    /// Indentation of the elements of a tagged tuple; nil when they stand behind the tag.
    private var tagIndentation: Int?
    /// Characters of the whole term on one line.
    private let totalWidth: Int
    private var output: [UInt8]
    /// Set when an element would begin too far to the right; the layout is tried again with less indentation.
    private var isTooDeep = false
    /// While true nothing is written: only `isTooDeep` is wanted.
    private let isTrial: Bool

    static func append(_ flat: FlatTermWriter, width: Int, to output: inout [UInt8]) {
        guard let root = flat.nodes.first else { return }
        guard root.width >= width - 1 else {
            output.append(contentsOf: flat.bytes)
            return
        }
        var indentation: Int? = 1
        for candidate in [nil, 4] as [Int?] {
            var trial = TermLayout(flat, width: width, tagIndentation: candidate, isTrial: true, output: [])
            trial.place(0, column: 1, closing: 0, used: 0)
            guard trial.isTooDeep else {
                indentation = candidate
                break
            }
        }
        var layout = TermLayout(flat, width: width, tagIndentation: indentation, isTrial: false, output: output)
        // Keeps the only reference, so that appending does not copy.
        output = []
        layout.place(0, column: 1, closing: 0, used: 0)
        output = layout.output
    }

    private init(_ flat: FlatTermWriter, width: Int, tagIndentation: Int?, isTrial: Bool, output: [UInt8]) {
        self.nodes = flat.nodes
        self.text = flat.bytes
        self.lineWidth = width
        self.tagIndentation = tagIndentation
        self.totalWidth = flat.nodes[0].width
        self.isTrial = isTrial
        self.output = output
    }

    // MARK: - Output

    private mutating func write(_ node: Node) {
        if !self.isTrial { self.output.append(contentsOf: self.text[node.start..<node.end]) }
    }

    private mutating func write(_ text: StaticString) {
        if !self.isTrial { self.output.append(contentsOf: text.description.utf8) }
    }

    /// Begins a new line at a column.
    private mutating func breakLine(_ column: Int) {
        guard !self.isTrial else { return }
        self.output.append(UInt8(ascii: "\n"))
        for _ in 1..<column { self.output.append(UInt8(ascii: " ")) }
    }

    // MARK: - Nodes

    /// Whether a node fits between its column and the end of the line, with `closing` brackets behind it.
    private func fits(_ node: Node, column: Int, closing: Int, used: Int) -> Bool {
        node.width < self.lineWidth - column - closing && node.width + used + closing <= self.totalWidth
    }

    /// Writes a node at a column, from 1. `closing` counts the brackets that end right behind it, `used` the characters
    /// on this line before it.
    private mutating func place(_ index: Int, column: Int, closing: Int, used: Int) {
        let node = self.nodes[index]
        if self.isTooDeep { return }
        if self.fits(node, column: column, closing: closing, used: used) { return self.write(node) }
        switch node.kind {
        case .text: self.write(node)
        case .list, .improperList:
            self.write("[")
            self.placeElements(
                index + 1, of: node, column: column + 1, isImproper: node.kind == .improperList, closing: closing,
                used: used + 1)
            self.write("]")
        case .tuple:
            self.write("{")
            self.placeElements(
                index + 1, of: node, column: column + 1, isImproper: false, closing: closing, used: used + 1)
            self.write("}")
        case .taggedTuple:
            self.write("{")
            self.placeTagged(index, column: column, closing: closing, used: used + 1)
            self.write("}")
        case .map:
            self.write("#{")
            self.placePairs(index, column: column + 2, closing: closing, used: used + 1)
            self.write("}")
        case .pair: self.placePair(index, column: column, closing: closing, used: used)
        case .numbers: self.placeNumbers(node, column: column + 2, closing: closing, used: used)
        }
    }

    private mutating func placeTagged(_ index: Int, column: Int, closing: Int, used: Int) {
        let node = self.nodes[index]
        let tag = self.nodes[index + 1]
        let behindTag = column + tag.width + 2
        self.write(tag)
        if let indentation = self.tagIndentation, tag.width + 2 > indentation {
            let left = column + indentation
            self.refuse(left, isInside: self.totalWidth + left <= self.lineWidth || left <= self.lineWidth / 2)
            self.placeRest(
                tag.next, of: node, left: left, column: behindTag, isImproper: false, closing: closing,
                used: used + tag.width)
        } else {
            self.refuse(
                behindTag,
                isInside: self.totalWidth + behindTag < self.lineWidth || behindTag < self.lineWidth / 2)
            self.write(",")
            self.placeElements(
                tag.next, of: node, column: behindTag, isImproper: false, closing: closing, used: used + tag.width + 1)
        }
    }

    private mutating func refuse(_ column: Int, isInside: Bool) {
        if self.isTrial, !isInside { self.isTooDeep = true }
    }

    // MARK: - Elements

    /// Writes the elements from node `first` to the end of `parent`.
    private mutating func placeElements(
        _ first: Int, of parent: Node, column: Int, isImproper: Bool, closing: Int, used: Int
    ) {
        let behind = self.isLast(first, of: parent, isImproper: isImproper) ? closing + 1 : 0
        let width = self.placeElement(first, column: column, closing: behind, used: used)
        self.placeRest(
            self.nodes[first].next, of: parent, left: column, column: column + width, isImproper: isImproper,
            closing: closing, used: used + width)
    }

    /// Whether a node is the last element; an improper list's tail is none.
    private func isLast(_ index: Int, of parent: Node, isImproper: Bool) -> Bool {
        let next = self.nodes[index].next
        return next == parent.next || isImproper && self.nodes[next].next == parent.next
    }

    /// Writes one element and answers how far it reaches: a whole line unless it is one piece of text.
    private mutating func placeElement(_ index: Int, column: Int, closing: Int, used: Int) -> Int {
        let node = self.nodes[index]
        if node.kind == .text, self.fits(node, column: column, closing: closing, used: used) {
            self.write(node)
            return node.width
        }
        self.place(index, column: column, closing: closing, used: used)
        return self.lineWidth
    }

    /// Writes the elements from node `first` on, the first of them behind another at `column`.
    private mutating func placeRest(
        _ first: Int, of parent: Node, left: Int, column: Int, isImproper: Bool, closing: Int, used: Int
    ) {
        var index = first
        var column = column
        var used = used
        while index < parent.next, !self.isTooDeep {
            let node = self.nodes[index]
            let isLast = node.next == parent.next
            if isLast, isImproper {
                if node.kind == .text, self.fitsBehind(node, column: column, closing: closing + 1, used: used, comma: 0)
                {
                    self.write("|")
                    self.write(node)
                } else {
                    self.write("|")
                    self.breakLine(left)
                    // OTP judges the depth as if the tail began behind the last element.
                    self.place(index, column: self.isTrial ? column : left, closing: closing + 1, used: 0)
                }
                return
            }
            let behind = self.isLast(index, of: parent, isImproper: isImproper) ? closing + 1 : 0
            if node.kind == .text,
                self.fitsBehind(node, column: column, closing: behind, used: used, comma: behind == 0 ? 1 : 0)
            {
                self.write(",")
                self.write(node)
                column += node.width + 1
                used += node.width + 1
            } else {
                self.write(",")
                self.breakLine(left)
                let width = self.placeElement(index, column: left, closing: behind, used: 0)
                column = left + width
                used = width
            }
            index = node.next
        }
    }

    /// Whether a node and the comma before it fit; `comma` counts what must follow on the line besides brackets.
    private func fitsBehind(_ node: Node, column: Int, closing: Int, used: Int, comma: Int) -> Bool {
        let width = node.width + 1 + comma
        return width < self.lineWidth - column - closing && width + used + closing <= self.totalWidth
    }

    // MARK: - Maps

    private mutating func placePairs(_ index: Int, column left: Int, closing: Int, used: Int) {
        let parent = self.nodes[index]
        var index = index + 1
        var column = left
        var used = used
        var isFirst = true
        while index < parent.next, !self.isTooDeep {
            let node = self.nodes[index]
            let behind = node.next == parent.next ? closing + 1 : 0
            let isText = self.nodes[index + 1].kind == .text && self.nodes[self.nodes[index + 1].next].kind == .text
            if !isFirst, isText,
                self.fitsBehind(node, column: column, closing: behind, used: used, comma: behind == 0 ? 1 : 0)
            {
                self.write(",")
                self.write(node)
                column += node.width + 1
                used += node.width + 1
            } else {
                if !isFirst {
                    self.write(",")
                    self.breakLine(left)
                    used = 0
                }
                let isWhole = self.fits(node, column: left, closing: behind, used: used)
                self.place(index, column: left, closing: behind, used: used)
                let width = isWhole && isText ? node.width : self.lineWidth
                column = left + width
                used = width
            }
            isFirst = false
            index = node.next
        }
    }

    private mutating func placePair(_ index: Int, column: Int, closing: Int, used: Int) {
        let indentation = self.tagIndentation ?? 4
        self.place(index + 1, column: column, closing: closing, used: used)
        self.write(" =>")
        self.breakLine(column + indentation)
        self.place(self.nodes[index + 1].next, column: column + indentation, closing: closing, used: 0)
    }

    // MARK: - Binaries

    /// Fills lines with the numbers of a binary; at least eight columns of each, however far to the right.
    private mutating func placeNumbers(_ node: Node, column: Int, closing: Int, used: Int) {
        guard !self.isTrial else { return }
        let room = max(8, min(self.lineWidth - column, self.totalWidth - 4 - used) - closing)
        var left = room
        var start = node.start + 2
        self.write("<<")
        while start < node.end - 2 {
            let end = self.text[start..<(node.end - 2)].firstIndex(of: UInt8(ascii: ",")).map { $0 + 1 } ?? node.end - 2
            if end - start > left {
                self.breakLine(column)
                left = room
            }
            self.output.append(contentsOf: self.text[start..<end])
            left -= end - start
            start = end
        }
        self.write(">>")
    }
}
