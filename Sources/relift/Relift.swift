@main
enum Relift {
    static func main() async {}
}
