using System.Xml;
using System.Xml.Linq;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>XML from the network: no entities, nothing fetched, a limited length.</summary>
internal static class SafeXml
{
    private const int MostCharacters = 16 << 20;

    // Deeper is no description of anything, and would take the stack.
    private const int MostDepth = 64;

    private static readonly XmlReaderSettings s_settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters };

    /// <returns>Null if it is none.</returns>
    public static XElement? TryRead(string xml)
    {
        try
        {
            using (var depth = XmlReader.Create(new StringReader(xml), s_settings))
            {
                while (depth.Read())
                {
                    if (depth.Depth > MostDepth)
                        return null;
                }
            }
            using var reader = XmlReader.Create(new StringReader(xml), s_settings);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The texts of a document by the way to them, such as <c>sample/name</c>; of several in the same place, the later ones are numbered.</summary>
    public static Dictionary<string, string> Texts(XElement root)
    {
        var texts = new Dictionary<string, string>();
        foreach (var leaf in root.Descendants().Where(e => !e.HasElements && e.Value.Length > 0))
        {
            var path = string.Join('/', leaf.AncestorsAndSelf().Reverse().Skip(1).Select(e => e.Name.LocalName));
            var name = path;
            for (var n = 2; !texts.TryAdd(name, leaf.Value.Trim()) && n < 1000; n++)
                name = $"{path}.{n}";
        }
        return texts;
    }
}
