namespace Hutch.Web.Description;

/// <summary>A parameter of the query that an endpoint reads itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; a list may be repeated.</param>
/// <param name="Description">What it means, with its range and default.</param>
internal sealed record QueryDescription(string Name, Type Type, string Description);
