using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hutch.Reduction.Scripting;

/// <summary>
/// Puts before each statement a note of its line, so that a script that loops or crashes can be told with the line. Bodies of loops get
/// none: what runs for every pixel stays as fast as it was written.
/// </summary>
internal sealed class LineMarker : CSharpSyntaxRewriter
{
    private int _loops;

    public override SyntaxNode? VisitCompilationUnit(CompilationUnitSyntax node)
    {
        var members = new List<MemberDeclarationSyntax>();
        foreach (var member in node.Members)
        {
            if (member is GlobalStatementSyntax { Statement: not LocalFunctionStatementSyntax } statement)
                members.Add(SyntaxFactory.GlobalStatement(Note(statement.Statement)));
            members.Add((MemberDeclarationSyntax)Visit(member)!);
        }
        return node.WithMembers(SyntaxFactory.List(members));
    }

    public override SyntaxNode? VisitBlock(BlockSyntax node)
    {
        var statements = new List<StatementSyntax>();
        foreach (var statement in node.Statements)
        {
            if (_loops == 0 && statement is not LocalFunctionStatementSyntax)
                statements.Add(Note(statement));
            statements.Add((StatementSyntax)Visit(statement)!);
        }
        return node.WithStatements(SyntaxFactory.List(statements));
    }

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node) => InLoop(() => base.VisitForStatement(node));

    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) => InLoop(() => base.VisitForEachStatement(node));

    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) => InLoop(() => base.VisitWhileStatement(node));

    public override SyntaxNode? VisitDoStatement(DoStatementSyntax node) => InLoop(() => base.VisitDoStatement(node));

    private SyntaxNode? InLoop(Func<SyntaxNode?> visit)
    {
        _loops++;
        var visited = visit();
        _loops--;
        return visited;
    }

    // On one line, and so without effect on the numbers of the others.
    private static StatementSyntax Note(StatementSyntax statement)
    {
        var line = statement.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        return SyntaxFactory.ParseStatement($"global::{typeof(ScriptContext).FullName}.{nameof(ScriptContext.At)}({line});");
    }
}
