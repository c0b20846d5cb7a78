using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AutomaticMailAndOrders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_TicketId",
                table: "SentMails");

            migrationBuilder.DropIndex(
                name: "IX_Participants_Email",
                table: "Participants");

            migrationBuilder.AddColumn<string>(
                name: "Automatic",
                table: "SentMails",
                type: "TEXT",
                unicode: false,
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "AutomaticNumber",
                table: "SentMails",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AutomaticTo",
                table: "SentMails",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_CreatedAt_Id",
                table: "Tickets",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_Priority_Id",
                table: "Tickets",
                columns: new[] { "Priority", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_UpdatedAt_Id",
                table: "Tickets",
                columns: new[] { "UpdatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Suppressions_CreatedAt",
                table: "Suppressions",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails",
                columns: new[] { "AutomaticTo", "AutomaticNumber" },
                unique: true,
                filter: "\"AutomaticNumber\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_TicketId_Automatic_Id",
                table: "SentMails",
                columns: new[] { "TicketId", "Automatic", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Participants_Email_TicketId",
                table: "Participants",
                columns: new[] { "Email", "TicketId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Tickets_CreatedAt_Id",
                table: "Tickets");

            migrationBuilder.DropIndex(
                name: "IX_Tickets_Priority_Id",
                table: "Tickets");

            migrationBuilder.DropIndex(
                name: "IX_Tickets_UpdatedAt_Id",
                table: "Tickets");

            migrationBuilder.DropIndex(
                name: "IX_Suppressions_CreatedAt",
                table: "Suppressions");

            migrationBuilder.DropIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropIndex(
                name: "IX_SentMails_TicketId_Automatic_Id",
                table: "SentMails");

            migrationBuilder.DropIndex(
                name: "IX_Participants_Email_TicketId",
                table: "Participants");

            migrationBuilder.DropColumn(
                name: "Automatic",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticTo",
                table: "SentMails");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_TicketId",
                table: "SentMails",
                column: "TicketId");

            migrationBuilder.CreateIndex(
                name: "IX_Participants_Email",
                table: "Participants",
                column: "Email");
        }
    }
}
