using System.Text.Json.Nodes;
using Hutch.Native.Hdf5;

namespace Hutch.Web.Api.Files;

/// <summary>Descriptions of objects and values as h5grove 4 writes them, which h5web reads.</summary>
internal static class H5groveShapes
{
    public static JsonObject Of(Hdf5Node node)
    {
        var shape = new JsonObject { ["name"] = node.Name, ["kind"] = node.Kind.ToString().ToLowerInvariant(), ["attributes"] = new JsonArray([.. node.Attributes.Select(Attribute)]) };
        if (node.Type is { } type)
            shape["type"] = Of(type);
        if (node.Kind != Hdf5NodeKind.Dataset)
            return shape;
        shape["shape"] = Numbers(node.Shape);
        shape["chunks"] = Numbers(node.Chunks);
        shape["filters"] = node.Filters.Count == 0 ? null : new JsonArray([.. node.Filters.Select(f => (JsonNode)new JsonObject { ["id"] = f.Id, ["name"] = f.Name })]);
        return shape;
    }

    public static JsonObject Of(Hdf5TypeFacts type)
    {
        var shape = new JsonObject { ["class"] = type.Class, ["size"] = type.Size };
        switch (type.Class)
        {
            case 0:
                (shape["order"], shape["sign"]) = (type.Order, type.Sign);
                break;
            case 1:
                shape["order"] = type.Order;
                break;
            case 3:
                (shape["cset"], shape["strPad"], shape["vlen"]) = (type.CharacterSet, type.Padding, type.IsVariable);
                break;
            case 5:
                shape["tag"] = "";
                break;
            case 6:
                shape["members"] = new JsonArray([.. type.Members.Select(m => (JsonNode)Named(Of(m.Type), m.Name))]);
                break;
            case 8:
                shape["members"] = new JsonObject(type.Names.Select(n => KeyValuePair.Create(n.Key, (JsonNode?)n.Value)));
                break;
            case 10:
                shape["dims"] = Numbers(type.Dimensions);
                break;
        }
        if (type.Base is { } of)
            shape["base"] = Of(of);
        return shape;
    }

    /// <summary>A value of <see cref="Hdf5Values"/>; numbers that JSON has no word for become null.</summary>
    public static JsonNode? Value(object? value) => value switch
    {
        null => null,
        string text => text,
        long number => number,
        ulong number => number,
        double number => double.IsFinite(number) ? number : null,
        IEnumerable<object?> all => new JsonArray([.. all.Select(Value)]),
        _ => null,
    };

    private static JsonNode Attribute(Hdf5AttributeFacts attribute) => new JsonObject { ["name"] = attribute.Name, ["shape"] = Numbers(attribute.Shape), ["type"] = Of(attribute.Type) };

    private static JsonObject Named(JsonObject shape, string name)
    {
        shape["name"] = name;
        return shape;
    }

    private static JsonArray? Numbers(IReadOnlyList<long>? all) => all is null ? null : new JsonArray([.. all.Select(n => (JsonNode)n)]);
}
