using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class TicketsMailByKind : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_TicketId",
                table: "SentMails");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_TicketId_Automatic_Id",
                table: "SentMails",
                columns: new[] { "TicketId", "Automatic", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_TicketId_Automatic_Id",
                table: "SentMails");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_TicketId",
                table: "SentMails",
                column: "TicketId");
        }
    }
}
