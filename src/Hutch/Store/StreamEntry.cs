using System.Text;

namespace Hutch.Store;

/// <summary>One entry of a stream.</summary>
/// <param name="Id">Its id, unique in the stream.</param>
/// <param name="Fields">Its fields in the order in which they were written.</param>
public sealed record StreamEntry(StreamId Id, IReadOnlyList<StoreField> Fields)
{
    /// <summary>The value of the first field of a name, or null when there is none.</summary>
    public byte[]? this[string name]
    {
        get
        {
            foreach (var field in Fields)
            {
                if (field.Name == name)
                    return field.Value;
            }
            return null;
        }
    }

    /// <summary>The value of the first field of a name as UTF-8 text, or null when there is none.</summary>
    public string? Text(string name) => this[name] is { } value ? Encoding.UTF8.GetString(value) : null;
}
