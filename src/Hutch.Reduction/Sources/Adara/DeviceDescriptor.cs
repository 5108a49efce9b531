using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>A process variable of a device.</summary>
/// <param name="Id">Its number in the device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Units">Its unit; may be empty.</param>
/// <param name="Names">The names of its values, if they are an enumeration.</param>
internal sealed record DeviceVariable(uint Id, string Name, string Units, IReadOnlyDictionary<uint, string>? Names);

/// <summary>The XML in which a device names its process variables.</summary>
internal static class DeviceDescriptor
{
    /// <summary>Reads it. Elements are known by their local names, whatever their namespace.</summary>
    /// <returns>Null if it is none.</returns>
    public static IReadOnlyList<DeviceVariable>? TryRead(string xml)
    {
        if (SafeXml.TryRead(xml) is not { } root)
            return null;
        var enumerations = new Dictionary<string, Dictionary<uint, string>>();
        foreach (var enumeration in Named(root, "enumeration"))
        {
            var names = enumerations[Value(enumeration, "enum_name")] = [];
            foreach (var element in Named(enumeration, "enum_element"))
            {
                if (Number(element, "enum_element_value") is { } value)
                    names[value] = Value(element, "enum_element_name");
            }
        }
        var variables = new List<DeviceVariable>();
        foreach (var variable in Named(root, "process_variable"))
        {
            if (Number(variable, "pv_id") is { } id && Value(variable, "pv_name") is { Length: > 0 } name)
                variables.Add(new DeviceVariable(id, name, Value(variable, "pv_units"), enumerations.GetValueOrDefault(Value(variable, "pv_type"))));
        }
        return variables;
    }

    private static IEnumerable<XElement> Named(XElement parent, string name) => parent.Descendants().Where(e => e.Name.LocalName == name);

    private static string Value(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";

    private static uint? Number(XElement parent, string name) => uint.TryParse(Value(parent, name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
